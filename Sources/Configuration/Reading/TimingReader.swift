import ClusterModel

/// `[timing]`.
enum TimingReader {
    static let keys = ["keepalive", "warntime", "deadtime", "initdead", "auto_failback"]

    /// nil after an error.
    static func read(_ root: TableReader) -> Located<Timing>? {
        let standard = Timing()
        guard root.has("timing") else { return Located(value: standard, path: .root.key("timing")) }
        guard let table = root.table("timing", keys: keys) else { return nil }
        let keepalive = table.optional(
            "keepalive", .time(.milliseconds(1) ... .seconds(60)), default: standard.keepalive)
        let warntime = table.optional(
            "warntime", .time(.milliseconds(2) ... .seconds(3600)), default: standard.warntime)
        let deadtime = table.optional(
            "deadtime", .time(.milliseconds(3) ... .seconds(3600)), default: standard.deadtime)
        let initdead = table.optional(
            "initdead", .time(.milliseconds(3) ... .seconds(86_400)), default: standard.initdead)
        let autoFailback = table.optional("auto_failback", .word, default: standard.autoFailback)
        guard let keepalive, let warntime, let deadtime, let initdead, let autoFailback else { return nil }
        let timing = Timing(
            keepalive: keepalive, warntime: warntime, deadtime: deadtime, initdead: initdead,
            autoFailback: autoFailback)
        return Located(value: timing, path: table.path)
    }
}

/// `[watchdog]`.
enum WatchdogReader {
    /// nil where there is none, or after an error.
    static func read(_ root: TableReader) -> Located<WatchdogDefinition>? {
        guard let table = root.table("watchdog", keys: ["device", "timeout"]) else { return nil }
        let standard = WatchdogDefinition()
        let device = table.optional("device", .path, default: standard.device)
        let timeout = table.optional("timeout", .time(.seconds(1) ... .seconds(3600)), default: standard.timeout)
        guard let device, let timeout else { return nil }
        return Located(value: WatchdogDefinition(device: device, timeout: timeout), path: table.path)
    }
}

/// `[[node]]`.
enum NodeReader {
    /// The nodes whose names could be read, in the order of the file.
    static func read(_ root: TableReader) -> [Located<NodeName>] {
        root.tables("node").compactMap { table in
            let reader = TableReader(
                table.value, at: table.path, title: tableTitle("node", table), keys: ["name"], report: root.report)
            return reader.required("name", .name).map { Located(value: $0, path: table.path) }
        }
    }
}
