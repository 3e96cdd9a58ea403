import ClusterModel

/// The status documents as text for a person at a terminal. Pure: the same document gives the same text.
package enum StatusRenderer {
    /// `bascule status`.
    package static func text(for document: NodeStatusDocument) -> String {
        var page = TextPage()
        header(document, on: &page)
        nodes(document, on: &page)
        links(document, on: &page)
        pingNodes(document, on: &page)
        groups(document, on: &page)
        if !document.volumes.isEmpty {
            page.heading("Volumes")
            for volume in document.volumes { page.lines(VolumeRenderer.lines(for: volume)) }
        }
        warnings(document, on: &page)
        return page.text
    }

    /// `bascule volume status NAME`.
    package static func text(for document: VolumeStatusDocument) -> String {
        var page = TextPage()
        page.lines(VolumeRenderer.lines(for: document))
        return page.text
    }

    private static func header(_ document: NodeStatusDocument, on page: inout TextPage) {
        page.line("Cluster \(document.cluster), seen from \(document.node), epoch \(document.epoch)")
        if let watchdog = document.watchdog {
            let state = watchdog.isArmed ? "armed" : "NOT armed"
            let limit = SpanText.text(milliseconds: watchdog.timeoutMilliseconds)
            page.line("Watchdog \(watchdog.device) \(state), \(limit)" + suffix(watchdog.reason))
        }
    }

    private static func nodes(_ document: NodeStatusDocument, on page: inout TextPage) {
        page.heading("Nodes")
        var table = TextTable()
        for node in document.nodes {
            let here = node.name == document.node ? "(here)" : ""
            let since = node.sinceMilliseconds.map { "for " + SpanText.text(milliseconds: $0) } ?? ""
            let drift = node.hasSameConfiguration == false ? "configuration DIFFERS" : ""
            table.row([node.name.text, here, node.state.rawValue, since, drift, node.reason])
        }
        page.lines(table.lines)
    }

    private static func links(_ document: NodeStatusDocument, on page: inout TextPage) {
        guard !document.links.isEmpty else { return }
        page.heading("Links")
        var table = TextTable()
        for link in document.links {
            let beat =
                link.lastBeatMilliseconds.map { "beat " + SpanText.text(milliseconds: $0) + " ago" } ?? "no beat yet"
            let delay = link.delayMilliseconds.map { "delay " + SpanText.tenths($0) + " ms" } ?? ""
            table.row([link.name.text, link.place, link.state.rawValue, beat, delay, faults(of: link)])
        }
        page.lines(table.lines)
    }

    /// Only the counters that are not zero: a healthy link has a short line.
    private static func faults(of link: LinkEntry) -> String {
        let counts: [(String, UInt64)] = [
            ("lost", link.lost), ("late", link.late), ("replayed", link.replayed), ("badly signed", link.badlySigned),
            ("foreign", link.foreign), ("garbled", link.garbled),
        ]
        let texts = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" } + (link.trouble.isEmpty ? [] : [link.trouble])
        return texts.joined(separator: ", ")
    }

    private static func pingNodes(_ document: NodeStatusDocument, on page: inout TextPage) {
        guard !document.pingNodes.isEmpty else { return }
        page.heading("Ping nodes")
        var table = TextTable()
        for pingNode in document.pingNodes {
            let answer = pingNode.lastAnswerMilliseconds.map { "answered " + SpanText.text(milliseconds: $0) + " ago" }
            table.row([pingNode.address, pingNode.isAnswering ? "up" : "SILENT", answer ?? "never answered"])
        }
        page.lines(table.lines)
    }

    private static func groups(_ document: NodeStatusDocument, on page: inout TextPage) {
        guard !document.groups.isEmpty else { return }
        page.heading("Groups")
        for group in document.groups {
            let place = group.servedBy.map { "served by \($0)" } ?? "served by NOBODY"
            let preference = group.servedBy == group.preferred ? "" : " (prefers \(group.preferred))"
            page.line("  \(group.name): \(group.state.rawValue) here, \(place)\(preference)")
            if !group.reason.isEmpty { page.line("    why: \(group.reason)") }
            var table = TextTable(indent: 4)
            for resource in group.resources {
                table.row([resource.kind, resource.title, resource.state.rawValue, resource.detail])
            }
            page.lines(table.lines)
        }
    }

    private static func warnings(_ document: NodeStatusDocument, on page: inout TextPage) {
        guard !document.warnings.isEmpty else { return }
        page.heading("Warnings")
        for warning in document.warnings { page.line("  ! \(warning)") }
    }

    private static func suffix(_ reason: String) -> String {
        reason.isEmpty ? "" : ": \(reason)"
    }
}
