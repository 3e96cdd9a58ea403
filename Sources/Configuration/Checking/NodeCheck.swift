import ClusterModel

/// Exactly two nodes with different names.
enum NodeCheck {
    static func run(_ draft: Draft, report: Report) {
        if draft.nodes.count != 2 {
            let place = draft.nodes.count > 2 ? draft.nodes[2].path : SettingPath.root.key("node")
            report.error(
                "the cluster has \(draft.nodes.count) usable [[node]] tables", at: place,
                allowed: "exactly two, one for each server, named as \"uname -n\" prints it")
        }
        // Host names do not differ by case.
        report.duplicates(in: draft.nodes, key: { $0.value.text.lowercased() }, path: { $0.path.key("name") }) {
            "two nodes are named \"\($0)\""
        }
    }
}
