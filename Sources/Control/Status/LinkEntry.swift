import ClusterModel

/// One heartbeat link with what was heard on it.
package struct LinkEntry: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Nothing was heard since start.
        case unknown
        case up
        /// Silent for longer than `warntime`.
        case late
        /// Silent for longer than `deadtime`.
        case dead
        /// The interface or port itself is gone or cannot be opened.
        case failed
    }

    package var name: LinkName
    /// `udp` or `serial`.
    package var kind: String
    /// Where it runs, e.g. `eth0 broadcast port 694` or `/dev/ttyS0 115200 baud`.
    package var place: String
    package var state: State
    /// Age of the peer's last good heartbeat; nil if there was none.
    package var lastBeatMilliseconds: Int64?
    /// Time from peer to here above the smallest seen, milliseconds; nil if not measured.
    package var delayMilliseconds: Double?
    package var received: UInt64
    /// Gaps in the peer's sequence.
    package var lost: UInt64
    /// Heartbeats that came after `warntime`.
    package var late: UInt64
    /// Heartbeats with an old sequence number or boot identity.
    package var replayed: UInt64
    package var badlySigned: UInt64
    /// Heartbeats of another cluster.
    package var foreign: UInt64
    /// Bytes or datagrams that were no heartbeat.
    package var garbled: UInt64
    /// What is wrong with the link itself, or empty.
    package var trouble: String

    package init(
        name: LinkName, kind: String, place: String, state: State, lastBeatMilliseconds: Int64? = nil,
        delayMilliseconds: Double? = nil, received: UInt64 = 0, lost: UInt64 = 0, late: UInt64 = 0,
        replayed: UInt64 = 0, badlySigned: UInt64 = 0, foreign: UInt64 = 0, garbled: UInt64 = 0, trouble: String = ""
    ) {
        self.name = name
        self.kind = kind
        self.place = place
        self.state = state
        self.lastBeatMilliseconds = lastBeatMilliseconds
        self.delayMilliseconds = delayMilliseconds
        self.received = received
        self.lost = lost
        self.late = late
        self.replayed = replayed
        self.badlySigned = badlySigned
        self.foreign = foreign
        self.garbled = garbled
        self.trouble = trouble
    }
}
