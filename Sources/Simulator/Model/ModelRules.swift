/// Which rules the abstract pair follows. Removing one must make `ExhaustiveModel` find a counter-example.
package struct ModelRules: Hashable, Sendable {
    /// One rule taken away.
    package enum Mutation: String, Hashable, Sendable, CaseIterable {
        /// R1: a node that boots alone serves although nothing proves that its copy is current.
        case startsAloneWithoutProof
        /// R2: the owner writes on when replication is lost.
        case doesNotFreeze
        /// R2: the standby confirms that its copy is outdated, and does not record it.
        case confirmsWithoutRecording
        /// R2: a node that wrote alone lets a peer that starts outdate its copy.
        case obeysAlthoughItWroteAlone
        /// R2: the owner takes its question for the answer.
        case doesNotWaitForConfirmation
        /// R3: nobody is asked who holds the service address.
        case doesNotProbe
        /// R3: asks only in the end, when an owner that went on alone may have died since.
        case probesOnlyAtTheEnd
        /// R3: a node that has rebooted, and has not seen since whether its copy is the current one, takes over.
        case takesOverUnproved
        /// R3, R4: who stalled while the other was silent takes over, or goes on alone, all the same.
        case votesAfterStalling
        /// R3: a standby takes over although the owner's last beat said that it does not hear it any more, so that the owner's
        /// silence began earlier.
        case votesUnheard
        /// R3: both nodes, not only the preferred one, start unheard what neither ran when they fell silent.
        case bothStartUnserved
        /// R3: takes over without a ping node's word.
        case takesOverWithoutPing
        /// R3: a ping node has to answer at the end only.
        case pingsOnlyAtTheEnd
        /// R3: a copy marked outdated serves.
        case servesOutdated
        /// R4: the owner goes on alone without a ping node's word.
        case goesOnWithoutPing
        /// R4: the owner goes on alone without having asked whether somebody holds its address by now.
        case goesOnUnasked
        /// R4: the owner that may not go on never stops.
        case neverStops
        /// R5: the owner chose to keep serving in silence where no ping node is configured. No rule is broken, but the
        /// promise is: that is the consequence `bascule check` shows.
        case keepsServingUnasked
        /// R6: nothing resets a node that hangs.
        case hasNoWatchdog
        /// Hand-over: the other node starts before this one has stopped.
        case handsOverBeforeStopping
        /// Agreement: a node that claims a group starts without the other's consent.
        case startsWithoutConsent
        /// Duel: after a heal neither of two owners gives way.
        case neverGivesWay
    }

    package var mutation: Mutation?
    /// Whether a ping node is configured.
    package var hasPingNode: Bool

    package init(without mutation: Mutation? = nil, hasPingNode: Bool = true) {
        self.mutation = mutation
        self.hasPingNode = hasPingNode && mutation != .keepsServingUnasked
    }

    func lacks(_ mutation: Mutation) -> Bool { self.mutation == mutation }
}
