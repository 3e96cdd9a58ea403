import ClusterModel

/// Writes a definition as a commented `cluster.toml` that reads back to the same value.
package enum TOMLWriter {
    package static func text(of definition: ClusterDefinition) -> String {
        var text = TOMLText()
        text.comment(
            "The definition of a Bascule pair. The same file lies on both servers; every heartbeat compares it.")
        text.comment("\"bascule check\" says all that is wrong with it; docs/CONFIGURATION.md explains every key.")
        text.blank()
        text.setting("name", definition.name)
        text.setting("key-file", definition.keyFile, comment: "the shared key; readable by root only")
        text.raw(
            "ping-nodes", TOMLText.list(definition.pingNodes),
            comment: "machines outside the pair, such as the gateway")
        text.setting("silence", definition.silence.rawValue, comment: "without ping nodes: keep-serving | stop")
        timing(definition.timing, to: &text)
        text.section(nil, comment: "The two servers, named as \"uname -n\" prints it.")
        for node in definition.nodes {
            text.header("[[node]]")
            text.setting("name", node.name.text)
        }
        let nodes = definition.nodes.map(\.name)
        for link in definition.links { LinkWriter.write(link, nodes: nodes, to: &text) }
        for volume in definition.volumes { VolumeWriter.write(volume, nodes: nodes, to: &text) }
        for group in definition.groups { GroupWriter.write(group, nodes: nodes, to: &text) }
        if let watchdog = definition.watchdog {
            text.section("[watchdog]", comment: "Resets a server that hangs.")
            text.setting("device", watchdog.device)
            text.setting("timeout", DurationText.text(watchdog.timeout))
        }
        return text.text
    }

    private static func timing(_ timing: Timing, to text: inout TOMLText) {
        text.section("[timing]", comment: nil)
        text.setting(
            "keepalive", DurationText.text(timing.keepalive), comment: "time between two heartbeats on each link")
        text.setting("warntime", DurationText.text(timing.warntime), comment: "a heartbeat this late is reported")
        text.setting(
            "deadtime", DurationText.text(timing.deadtime), comment: "silence on all links after which the peer is dead"
        )
        text.setting(
            "initdead", DurationText.text(timing.initdead), comment: "the same for a peer not heard since boot")
        text.setting("auto_failback", timing.autoFailback.rawValue, comment: "on | off | after-resync")
    }
}
