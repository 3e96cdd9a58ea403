import ClusterModel

/// Watches the other node over all links and says whether it lives.
///
/// It lives as long as any link brings a beat that is newer than all before; it is late after warntime and dead after
/// deadtime without one. A new boot identity is the death of the old one without any silence. Silence counts only while
/// this node itself was listening: after a stall of its own loop the clock starts anew (`distrustSilence`).
package struct PeerMonitor: Sendable {
    package let timing: Timing
    package let configuration: UInt64
    package private(set) var verdict = PeerVerdict.unheard
    package private(set) var links: [LinkMonitor]
    /// The newest beat.
    package private(set) var latest: Heartbeat?
    package private(set) var lastHeard: Instant?
    /// Since when the peer is heard without having been dead, absent or gone in between.
    package private(set) var aliveSince: Instant?
    /// nil: never heard.
    package private(set) var hasSameConfiguration: Bool?
    /// Beats of an incarnation that is over.
    package private(set) var staleBeats: UInt64 = 0
    /// When the current silence, if any, began to count.
    private var baseline: Instant

    package init(definition: ClusterDefinition, configuration: UInt64, at now: Instant) {
        timing = definition.timing
        self.configuration = configuration
        links = definition.links.map { LinkMonitor(name: $0.name) }
        baseline = now
    }

    /// Start of the silence that is being measured.
    package var silentSince: Instant { lastHeard.map { max($0, baseline) } ?? baseline }

    /// When the peer becomes dead, or absent, if nothing is heard.
    package var deadAt: Instant {
        silentSince + (lastHeard == nil ? timing.initdead : timing.deadtime)
    }

    /// Links on which beats of the peer arrive, in order of the definition.
    package var heardLinks: [LinkName] {
        links.filter { $0.health == .up || $0.health == .late }.map(\.name)
    }

    /// Takes a beat of the peer's that came on `link`. Unknown links are a slip of the runtime and count for nothing.
    package mutating func beatArrived(_ beat: Heartbeat, on link: LinkName, at now: Instant) -> [PeerObservation] {
        guard let index = links.firstIndex(where: { $0.name == link }) else { return [] }
        var noticed: [PeerObservation] = []
        switch succession(of: beat) {
        case .stale:
            staleBeats += 1
            links[index].replayArrived()
            return []
        case .same: break
        case .rebooted:
            forgetIncarnation()
            noticed.append(.rebooted)
        case .restarted:
            forgetIncarnation()
            noticed.append(.restarted)
        }
        let lag = latest?.sequence == beat.sequence ? lastHeard.map { now - $0 } : nil
        let isNews = latest.map { beat.sequence > $0.sequence } ?? true
        if links[index].beatArrived(sequence: beat.sequence, lag: isNews ? .zero : lag, at: now) != nil {
            noticed.append(.linkUp(link))
        }
        if isNews { noticed += accept(beat, at: now) }
        return noticed
    }

    /// Compares all silences with their limits.
    package mutating func check(at now: Instant) -> [PeerObservation] {
        var noticed: [PeerObservation] = []
        for index in links.indices {
            switch links[index].check(at: now, timing: timing, baseline: baseline) {
            case .late: noticed.append(.linkLate(links[index].name))
            case .silent: noticed.append(.linkSilent(links[index].name))
            case .up, .unheard, nil: break
            }
        }
        if let change = checkPeer(at: now) { noticed.append(change) }
        return noticed
    }

    /// When `check` has something to find next; nil while nothing can change by silence.
    package var nextCheck: Instant? {
        let own: Instant? =
            switch verdict {
            case .unheard: baseline + timing.initdead
            case .alive: silentSince + min(timing.warntime, timing.deadtime)
            case .late: silentSince + timing.deadtime
            case .absent, .dead, .left: nil
            }
        let all = links.compactMap { $0.nextCheck(timing: timing, baseline: baseline) } + (own.map { [$0] } ?? [])
        return all.min()
    }

    /// This node did not listen until `now`: what was not heard before proves nothing.
    package mutating func distrustSilence(at now: Instant) {
        baseline = max(baseline, now)
    }

    package mutating func setFault(_ fault: String?, of link: LinkName) {
        change(link) { $0.fault = fault }
    }

    package mutating func setCarrier(_ isUp: Bool, of link: LinkName) {
        change(link) { $0.hasCarrier = isUp }
    }

    private mutating func change(_ link: LinkName, _ edit: (inout LinkMonitor) -> Void) {
        guard let index = links.firstIndex(where: { $0.name == link }) else { return }
        edit(&links[index])
    }
}

extension PeerMonitor {
    private enum Succession {
        case same, restarted, rebooted, stale
    }

    /// Incarnations only grow, so an older one is a replay, or a second machine of the same name.
    private func succession(of beat: Heartbeat) -> Succession {
        guard let latest else { return .same }
        if beat.incarnation < latest.incarnation { return .stale }
        if beat.incarnation == latest.incarnation { return beat.boot == latest.boot ? .same : .stale }
        return beat.boot == latest.boot ? .restarted : .rebooted
    }

    private mutating func forgetIncarnation() {
        latest = nil
        for index in links.indices { links[index].peerRestarted() }
    }

    private mutating func accept(_ beat: Heartbeat, at now: Instant) -> [PeerObservation] {
        let silence = now - silentSince
        latest = beat
        lastHeard = now
        var noticed = compareConfiguration(of: beat)
        noticed += compareHearing(of: beat)
        switch (verdict, beat.phase) {
        case (.left, .left): break
        case (_, .left):
            verdict = .left
            aliveSince = nil
            noticed.append(.left)
        case (.unheard, _):
            becomeAlive(at: now)
            noticed.append(.heardFirst)
        case (.absent, _), (.dead, _), (.left, _):
            becomeAlive(at: now)
            noticed.append(.returned(after: silence))
        case (.late, _):
            verdict = .alive
        case (.alive, _): break
        }
        noticed.append(.news)
        return noticed
    }

    private mutating func becomeAlive(at now: Instant) {
        verdict = .alive
        aliveSince = now
    }

    private mutating func compareConfiguration(of beat: Heartbeat) -> [PeerObservation] {
        let isSame = beat.configuration == configuration
        defer { hasSameConfiguration = isSame }
        guard isSame != hasSameConfiguration else { return [] }
        if isSame { return hasSameConfiguration == nil ? [] : [.configurationAgrees] }
        return [.configurationDiffers]
    }

    private mutating func compareHearing(of beat: Heartbeat) -> [PeerObservation] {
        var noticed: [PeerObservation] = []
        for index in links.indices {
            let name = links[index].name
            let isHeard = beat.hears.contains(name)
            switch (links[index].isHeardByPeer, isHeard) {
            case (true, false): noticed.append(.linkUnheardByPeer(name))
            case (false, true): noticed.append(.linkHeardByPeerAgain(name))
            case (true, true), (false, false), (nil, _): break
            }
            // A peer that has not heard us on a link yet is no news; one that stopped hearing us is.
            if isHeard || links[index].isHeardByPeer != nil { links[index].isHeardByPeer = isHeard }
        }
        return noticed
    }

    private mutating func checkPeer(at now: Instant) -> PeerObservation? {
        let silence = now - silentSince
        switch verdict {
        case .unheard where silence >= timing.initdead:
            verdict = .absent
            return .absent
        case .alive where silence >= timing.deadtime, .late where silence >= timing.deadtime:
            verdict = .dead
            aliveSince = nil
            return .dead(silence: silence)
        case .alive where silence >= timing.warntime:
            verdict = .late
            return .late(silence: silence)
        case .unheard, .alive, .late, .absent, .dead, .left:
            return nil
        }
    }
}
