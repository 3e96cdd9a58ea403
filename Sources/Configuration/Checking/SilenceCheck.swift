import ClusterModel

/// What happens when every link is silent at once (rules R3 to R5).
enum SilenceCheck {
    static func run(_ draft: Draft, report: Report) {
        report.duplicates(in: draft.pingNodes, key: { $0.value }, path: { $0.path }) {
            "\"ping-nodes\" lists \($0) twice"
        }
        for pingNode in draft.pingNodes where AddressText(pingNode.value)?.isLoopback == true {
            report.error(
                "the ping node \(pingNode.value) is this machine itself", at: pingNode.path,
                allowed: "a machine outside the pair on the clients' network, such as the gateway")
        }
        guard draft.pingNodes.isEmpty, let silence = draft.silence else { return }
        let place = SettingPath.root.key(draft.hasPingNodesKey ? "ping-nodes" : "silence")
        report.warning(
            "there is no ping node, and \(consequence(of: silence))", at: place,
            allowed: "ping-nodes = [\"the gateway's address\"]")
    }

    private static func consequence(of silence: SilencePolicy) -> String {
        switch silence {
        case .keepServing:
            "silence = \"keep-serving\": when every link is silent the serving node goes on, and if only the cables are "
                + "cut both nodes may end up serving"
        case .stop:
            "silence = \"stop\": when every link is silent the serving node stops its groups, so that the death of the "
                + "other node ends the service"
        }
    }
}
