import ClusterModel

/// What each side does when the other is silent on every link (rules R3, R4 and R5).
package enum SilencePolicy {
    package enum Standby: Hashable, Sendable {
        case take(Decision)
        /// Ask who holds the addresses.
        case ask
        case wait(String)
        /// The owner lives: this copy must not be served later as if it were current.
        case stepBack(Decision)
        case abstain(Decision)
    }

    /// R3. The ping nodes must have answered through the whole silence, not only at its end: while they did not, the owner
    /// may have been the one with a view of the clients and gone on alone.
    package static func standby(_ facts: StartFacts) -> Standby {
        let evidence = evidence(facts)
        switch facts.silence.ping {
        case .notThroughout, .deadForBoth:
            return .abstain(
                Decision(
                    rule: .r3, evidence: evidence,
                    sentence: "\(facts.me) does not take over \(facts.group.name): no ping node answered it throughout")
            )
        case .notConfigured, .answeredThroughout: break
        }
        switch facts.silence.probe {
        case .notAsked: return .ask
        case .asking: return .wait("the answer to who holds the service address")
        case .answered(let holder):
            return .stepBack(
                Decision(
                    rule: .r3, evidence: evidence,
                    sentence: "\(facts.me) does not take over \(facts.group.name): \(holder) still holds its address"))
        case .quiet, .noAddress:
            return .take(
                Decision(
                    rule: .r3, evidence: evidence,
                    sentence: "\(facts.me) takes over \(facts.group.name) from \(facts.peer), which is dead"))
        }
    }

    private static func evidence(_ facts: StartFacts) -> [String] {
        var evidence = ["\(facts.peer) is silent on every link for \(durationText(facts.silence.duration))"]
        if !facts.silence.fallenCarriers.isEmpty {
            let links = facts.silence.fallenCarriers.map(\.text).joined(separator: " and ")
            evidence.append("the carriers of \(links) fell together, as in a loss of power")
        }
        evidence.append(facts.silence.ping.phrase)
        evidence.append(StartPolicy.probeEvidence(facts))
        return evidence
    }
}

extension SilencePolicy {
    package enum Owner: Hashable, Sendable {
        /// Serve on, alone: frozen writes may go on.
        case goOn(Decision)
        case stop(Decision)
        /// Frozen, until the bound is reached.
        case wait(String)
    }

    package struct OwnerFacts: Hashable, Sendable {
        package var me: NodeName
        package var peer: NodeName
        package var silence: Duration
        package var ping: PingFinding
        package var policy: SilencePolicyChoice
        /// The bound of R4 is reached.
        package var isBoundOver: Bool

        package init(
            me: NodeName, peer: NodeName, silence: Duration, ping: PingFinding, policy: SilencePolicyChoice,
            isBoundOver: Bool
        ) {
            self.me = me
            self.peer = peer
            self.silence = silence
            self.ping = ping
            self.policy = policy
            self.isBoundOver = isBoundOver
        }
    }

    /// `ClusterModel`'s choice under rule R5; this policy's own name hides it.
    package typealias SilencePolicyChoice = ClusterModel.SilencePolicy

    /// R4, and R5 without a ping node.
    package static func owner(_ facts: OwnerFacts) -> Owner {
        let evidence = [
            "\(facts.peer) is silent on every link for \(durationText(facts.silence))", facts.ping.phrase,
        ]
        switch (facts.ping, facts.policy) {
        case (.answeredThroughout, _):
            return .goOn(
                Decision(rule: .r4, evidence: evidence, sentence: "\(facts.me) goes on alone without \(facts.peer)"))
        case (.notThroughout, _) where facts.isBoundOver:
            return .stop(
                Decision(
                    rule: .r4, evidence: evidence,
                    sentence: "\(facts.me) stops what it serves: it is cut off from its clients and from \(facts.peer)")
            )
        case (.notThroughout, _):
            return .wait("\(facts.peer) or a ping node to answer, else it is stopped (R4)")
        case (.notConfigured, .keepServing), (.deadForBoth, .keepServing):
            return .goOn(
                Decision(
                    rule: .r5, evidence: evidence + ["silence = \"keep-serving\""],
                    sentence: "\(facts.me) goes on alone without \(facts.peer)"))
        case (.notConfigured, .stop), (.deadForBoth, .stop):
            return .stop(
                Decision(
                    rule: .r5, evidence: evidence + ["silence = \"stop\""],
                    sentence: "\(facts.me) stops what it serves, as configured for total silence"))
        }
    }
}

extension PingFinding {
    package var phrase: String {
        switch self {
        case .notConfigured: "no ping node is configured"
        case .answeredThroughout: "a ping node answered throughout"
        case .notThroughout: "no ping node answered throughout"
        case .deadForBoth: "the ping nodes were dead for both nodes before"
        }
    }
}

/// A duration as a person reads it.
package func durationText(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    if milliseconds < 10_000 {
        return milliseconds < 1000 ? "\(milliseconds) ms" : "\(Double(milliseconds / 100) / 10) s"
    }
    return milliseconds < 600_000 ? "\(milliseconds / 1000) s" : "\(milliseconds / 60_000) min"
}
