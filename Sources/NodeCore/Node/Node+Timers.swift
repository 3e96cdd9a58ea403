import ClusterModel
import Membership
import Ownership

extension Node {
    mutating func arm(_ timer: NodeTimer, at instant: Instant) {
        guard armed[timer] != instant else { return }
        armed[timer] = instant
        emit(.armTimer(timer, at: instant))
    }

    mutating func cancel(_ timer: NodeTimer) {
        guard armed[timer] != nil else { return }
        armed[timer] = nil
        emit(.cancelTimer(timer))
    }

    /// Arms what this node waits for. Reset, farewell and steps are armed where they begin.
    mutating func armTimers(at now: Instant) {
        guard isStarted, !hasGone else { return }
        if let keepaliveDue { arm(.keepalive, at: keepaliveDue) }
        set(.peer, at: monitor.nextCheck)
        set(.work, at: wakeTimes(at: now).filter { $0 > now }.min())
    }

    private mutating func set(_ timer: NodeTimer, at instant: Instant?) {
        if let instant { arm(timer, at: instant) } else { cancel(timer) }
    }

    /// Everything whose time may come without an event.
    private func wakeTimes(at now: Instant) -> [Instant] {
        let deadtime = definition.timing.deadtime
        var times: [Instant?] = [stores.retryAt, requests.nextDeadline, farewell?.deadline]
        if let farewell { times.append(farewell.deadline + .seconds(5)) }
        if phase == .starting { times.append(startedAt + definition.timing.initdead) }
        if let silence { times += [silence.voteEnds, silence.bound, silence.declaredAt + StartPolicy.settling] }
        if let aliveSince = monitor.aliveSince {
            times += [aliveSince + StartPolicy.settling, aliveSince + failbackPatience]
        }
        if let clientViewLostAt { times.append(clientViewLostAt + deadtime) }
        for desk in groups { times += wakeTimes(of: desk) }
        for desk in volumes where desk.order == nil { times.append(desk.retryAt) }
        return times.compactMap(\.self)
    }

    private func wakeTimes(of desk: GroupDesk) -> [Instant?] {
        var times: [Instant?] = [desk.step?.retryAt, desk.stuckRetryAt]
        switch desk.probe {
        case .none, .asking: break
        case .quiet(let at), .answered(_, let at): times.append(at + probeLife)
        }
        if desk.machine.wish == .takeIt { times.append(desk.machine.wishedAt.map { $0 + offerPatience }) }
        if desk.pendingRepair != nil { times.append(desk.machine.repairs.notBefore) }
        if let disability = desk.machine.disability { times.append(disability.since + disabilityPause) }
        if let lostAt = desk.volumeLostAt {
            times.append(lostAt + .milliseconds(300))
            times += desk.machine.definition.resources.map { lostAt + $0.startTimeout }
        }
        return times
    }
}
