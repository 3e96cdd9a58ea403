import ClusterModel
import Membership
import Ownership

extension Node {
    mutating func keepaliveFired(at now: Instant) {
        let keepalive = definition.timing.keepalive
        let due = keepaliveDue ?? now
        keepaliveDue = due + keepalive > now ? due + keepalive : now + keepalive
        sendBeat(at: now)
        feedWatchdog()
    }

    /// R6: only a loop that runs, on a node that can still stop what it holds, feeds the watchdog.
    private mutating func feedWatchdog() {
        guard let watchdog = definition.watchdog, reset == nil else { return }
        guard WatchdogPolicy.objection(watchdog, timing: definition.timing) == nil else { return }
        emit(.feedWatchdog)
    }

    /// Sends at once when this node has something new to say, or the peer waits for our consent.
    mutating func sendBeatIfDue(at now: Instant) {
        guard isStarted, phase != .left else { return }
        guard isAnswerDue || beats.isNews(beat(at: now)) else { return }
        sendBeat(at: now)
    }

    mutating func sendBeat(at now: Instant) {
        guard !hasGone else { return }
        isAnswerDue = false
        emit(.sendHeartbeat(beats.number(beat(at: now), at: now)))
    }

    func beat(at now: Instant) -> Heartbeat {
        Heartbeat(
            cluster: definition.name, sender: name, boot: boot, incarnation: incarnation, sequence: 0,
            configuration: configuration, phase: phase, epoch: stores.storedEpoch,
            groups: groups.indices.map { report(ofGroup: $0) },
            volumes: volumes.compactMap(beat(of:)), hears: monitor.heardLinks, heard: heardMark(at: now),
            reachesPingNode: pings.isAnyAnswering(at: now),
            outdateRequests: volumes.filter { $0.requestSince != nil }.map(\.name))
    }

    /// The peer must not know that a group is stopped for it before the epoch it may use is stored here.
    private func report(ofGroup index: Int) -> GroupReport {
        let desk = groups[index]
        var report = desk.machine.report(isAble: isAble(group: index))
        report.epoch = min(report.epoch, stores.storedEpoch)
        if report.phase == .claiming, desk.claim?.sequence == nil { report.phase = .stopped }
        if report.phase == .stopped, let store = desk.handOverStore, !stores.isStored(store) {
            report.phase = .stopping
        }
        return report
    }

    /// A renounced copy is outdated whatever its engine may think: our records say so.
    private func beat(of desk: VolumeDesk) -> VolumeBeat? {
        if desk.isRenounced, desk.renounceStore.map(stores.isStored) ?? true {
            var report = desk.report ?? VolumeReport(replication: .disconnected)
            if !report.isConnected, report.copy == .unknown || report.copy > .outdated { report.copy = .outdated }
            return VolumeBeat(volume: desk.name, report: report)
        }
        return VolumeBeat(volume: desk.name, report: desk.report ?? VolumeReport())
    }

    private func heardMark(at now: Instant) -> HeardMark? {
        guard let latest = monitor.latest, let lastHeard = monitor.lastHeard else { return nil }
        let age = min(max(0, (now - lastHeard).nanoseconds / 1000), Int64(UInt32.max))
        return HeardMark(
            incarnation: latest.incarnation, sequence: latest.sequence, ageMicroseconds: UInt32(age))
    }

    // MARK: Hearing

    mutating func heartbeatReceived(_ beat: Heartbeat, on link: LinkName, at now: Instant) {
        let count = (filter.namesakes, filter.strangers, filter.foreign)
        switch filter.origin(of: beat, boot: boot) {
        case .peer: hear(beat, on: link, at: now)
        case .echo: break
        case .namesake where count.0 == 0:
            log(.error, "another machine on \(link) calls itself \(name) too: one of the two must be renamed")
        case .stranger where count.1 == 0:
            log(.error, "\(beat.sender) on \(link) is not a node of cluster \(definition.name), yet has its key")
        case .foreignCluster where count.2 == 0:
            log(.warning, "beats of cluster \(beat.cluster) come in on \(link); they are ignored")
        case .namesake, .stranger, .foreignCluster: break
        }
    }

    private mutating func hear(_ beat: Heartbeat, on link: LinkName, at now: Instant) {
        let before = monitor.latest
        let noticed = monitor.beatArrived(beat, on: link, at: now)
        for observation in noticed { observe(observation, before: before, at: now) }
        guard noticed.contains(.news) else { return }
        if let mark = beat.heard, mark.incarnation == incarnation, let sample = beats.delay(mark, at: now) {
            delay.add(sample)
        }
        adoptNews(beat, before: before, at: now)
    }

    private mutating func adoptNews(_ beat: Heartbeat, before: Heartbeat?, at now: Instant) {
        silence = nil
        lastPingViews = (pings.isAnyAnswering(at: now), beat.reachesPingNode)
        let highest = beat.groups.map(\.epoch).reduce(beat.epoch) { max($0, $1) }
        epoch = max(epoch, highest)
        // The goodbyes of a peer that went before us take nothing back.
        if beat.phase != .left || farewell?.store == nil { proven = [] }
        for index in groups.indices { groups[index].probe = .none }
        for index in volumes.indices {
            volumes[index].steppedBack = false
            volumes[index].memory.peerReported(
                peerReport(of: volumes[index].name), own: volumes[index].report)
        }
        save()
        let isSame =
            before?.groups == beat.groups && before?.outdateRequests == beat.outdateRequests
            && before?.phase == beat.phase && before?.incarnation == beat.incarnation
        if !isSame { isAnswerDue = true }
    }
}
