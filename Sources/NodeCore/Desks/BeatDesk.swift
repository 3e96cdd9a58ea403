import ClusterModel

/// Numbers the beats and notices when one is due before its time.
struct BeatDesk: Sendable {
    private(set) var sequence: UInt64 = 0
    private var lastContent: Heartbeat?
    /// When the last few beats left, to estimate the delay from the peer's answers.
    private var departures: [(sequence: UInt64, at: Instant)] = []
    private static let remembered = 32

    /// The number of the first beat that can carry what was decided just now.
    var nextSequence: UInt64 { sequence + 1 }

    /// Whether `beat` says something that the last one did not. Progress of a resync alone is no news.
    func isNews(_ beat: Heartbeat) -> Bool {
        content(of: beat) != lastContent
    }

    mutating func number(_ beat: Heartbeat, at now: Instant) -> Heartbeat {
        lastContent = content(of: beat)
        sequence += 1
        departures.append((sequence, now))
        if departures.count > Self.remembered { departures.removeFirst() }
        var numbered = beat
        numbered.sequence = sequence
        return numbered
    }

    /// Half of the time that a beat and its answer were under way.
    func delay(_ mark: HeardMark, at now: Instant) -> Duration? {
        guard let left = departures.first(where: { $0.sequence == mark.sequence })?.at else { return nil }
        let round = now - left - .microseconds(Int64(mark.ageMicroseconds))
        return round < .zero ? nil : round / 2
    }

    private func content(of beat: Heartbeat) -> Heartbeat {
        var content = beat
        content.sequence = 0
        content.heard = nil
        for index in content.volumes.indices { content.volumes[index].report.outOfSyncBytes = 0 }
        return content
    }
}
