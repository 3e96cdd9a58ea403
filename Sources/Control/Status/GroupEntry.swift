import ClusterModel

/// One group: who serves it and why, and each of its resources on the node that answers.
package struct GroupEntry: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Nobody serves it.
        case stopped
        case starting
        case serving
        case stopping
        /// It serves on the peer.
        case standby
        /// A start or stop went wrong; the reason says which.
        case failed
        /// It waits for something, or for a person; the reason says for what.
        case waiting
    }

    package var name: GroupName
    package var state: State
    package var preferred: NodeName
    /// Who serves it as far as this node knows; nil means nobody.
    package var servedBy: NodeName?
    /// Why it is as it is: which rule, on which evidence, in one sentence.
    package var reason: String
    package var resources: [ResourceEntry]

    package init(
        name: GroupName, state: State, preferred: NodeName, servedBy: NodeName?, reason: String,
        resources: [ResourceEntry] = []
    ) {
        self.name = name
        self.state = state
        self.preferred = preferred
        self.servedBy = servedBy
        self.reason = reason
        self.resources = resources
    }
}

/// One resource of a group, in start order.
package struct ResourceEntry: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        case stopped
        case starting
        case running
        case stopping
        case failed
    }

    /// `volume`, `filesystem`, `address`, `unit` or `script`.
    package var kind: String
    /// What it is, e.g. `192.0.2.10/24 on eth0` or `apache2.service`.
    package var title: String
    package var state: State
    /// What went wrong or is going on, or empty.
    package var detail: String

    package init(kind: String, title: String, state: State, detail: String = "") {
        self.kind = kind
        self.title = title
        self.state = state
        self.detail = detail
    }
}
