import ClusterModel
import Ownership

/// One group: who serves it, why, and what it waits for.
package struct GroupStatus: Hashable, Sendable, Codable {
    package var name: GroupName
    package var preferred: NodeName
    /// Who serves it (or is starting it) as far as this node knows.
    package var owner: NodeName?
    package var phase: GroupReport.Phase
    /// What the peer last said; nil when it was never heard, or is dead or gone.
    package var peerPhase: GroupReport.Phase?
    package var epoch: Epoch
    package var isAbleHere: Bool
    package var isAbleThere: Bool?
    /// "serv-b serves it since it took over from serv-a, which is dead".
    package var sentence: String
    /// What has to happen before it can serve; nil where nothing is waited for.
    package var waitingFor: String?
    /// The latest decision about it.
    package var decision: Decision?
    package var resources: [ResourceStatus]

    package init(
        name: GroupName, preferred: NodeName, owner: NodeName? = nil, phase: GroupReport.Phase = .stopped,
        peerPhase: GroupReport.Phase? = nil, epoch: Epoch = .zero, isAbleHere: Bool = true, isAbleThere: Bool? = nil,
        sentence: String = "", waitingFor: String? = nil, decision: Decision? = nil, resources: [ResourceStatus] = []
    ) {
        self.name = name
        self.preferred = preferred
        self.owner = owner
        self.phase = phase
        self.peerPhase = peerPhase
        self.epoch = epoch
        self.isAbleHere = isAbleHere
        self.isAbleThere = isAbleThere
        self.sentence = sentence
        self.waitingFor = waitingFor
        self.decision = decision
        self.resources = resources
    }
}

/// One resource of a group on this node.
package struct ResourceStatus: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        case stopped
        case starting
        case started
        case stopping
        case failed
    }

    /// As a person names it: `volume data`, `192.0.2.10/24`, `unit apache2.service`, …
    package var title: String
    package var state: State
    /// Why it failed last.
    package var failure: String?

    package init(title: String, state: State, failure: String? = nil) {
        self.title = title
        self.state = state
        self.failure = failure
    }
}

/// One volume as its engine and the peer's report it.
package struct VolumeStatus: Hashable, Sendable, Codable {
    package var name: VolumeName
    /// nil: no engine is connected.
    package var report: VolumeReport?
    package var peerReport: VolumeReport?
    /// What ownership makes of it: "both copies are current", "frozen: waits for serv-b to mark its copy outdated".
    package var sentence: String

    package init(name: VolumeName, report: VolumeReport? = nil, peerReport: VolumeReport? = nil, sentence: String) {
        self.name = name
        self.report = report
        self.peerReport = peerReport
        self.sentence = sentence
    }
}
