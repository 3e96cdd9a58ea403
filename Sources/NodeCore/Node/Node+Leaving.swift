import ClusterModel
import Membership
import Ownership

/// An orderly end under way.
struct Farewell: Hashable, Sendable {
    /// Nothing holds it up any longer after this.
    var deadline: Instant
    /// The last state, once everything is released.
    var store: StoreID?
    /// How often `left` was said.
    var goodbyes = 0
    var isOver = false
}

extension Node {
    /// Nothing is sent any more.
    var hasGone: Bool { farewell?.isOver ?? false }

    mutating func shutdownRequested(at now: Instant) {
        guard farewell == nil else { return }
        log(.info, "\(name) goes down in order")
        phase = .leaving
        farewell = Farewell(deadline: now + .seconds(10))
        for entry in requests.entries { emit(.reply(entry.id, .failed(["\(name) is going down"]))) }
        requests.entries = []
        if reset != nil { log(.error, "a reset of this machine is due") }
    }

    mutating func settleLeaving(at now: Instant) {
        guard phase == .leaving, let farewell, !farewell.isOver else { return }
        if groups.contains(where: { $0.machine.phase == .stuck }) { return leaveStuck() }
        guard !groups.contains(where: { $0.machine.mayRun || $0.machine.phase == .claiming }) else {
            // Stopping takes the time it takes; only what follows is bounded.
            self.farewell?.deadline = now + .seconds(10)
            return
        }
        if now < farewell.deadline, waitsForPeer { return }
        guard let store = farewell.store else {
            proven = provenCopies()
            let saved = save()
            self.farewell?.store = saved
            hasProgress = true
            return
        }
        guard stores.isStored(store) || now >= farewell.deadline + .seconds(5) else { return }
        phase = .left
        sendBeat(at: now)
        self.farewell?.goodbyes = 1
        arm(.leave, at: now + .milliseconds(50))
    }

    /// The heir must have begun; and of two that go down together the first of the definition goes last, so that exactly one
    /// can prove that nobody wrote after it.
    private var waitsForPeer: Bool {
        guard presence == .present else { return false }
        if groups.contains(where: { $0.machine.wish == .takeIt }) { return true }
        let isElder = definition.nodes.first?.name == name
        return isElder && monitor.latest?.phase == .leaving
    }

    /// R1: whoever goes last, with the peer gone in order before it, can prove that its copies are current.
    private func provenCopies() -> [ProvenCopy] {
        guard presence == .left else { return [] }
        return volumes.compactMap { desk in
            guard let report = desk.report, desk.memory.isCurrent(report), !desk.isRenounced else { return nil }
            return ProvenCopy(volume: desk.name, generation: report.generation)
        }
    }

    mutating func farewellFired(at now: Instant) {
        guard let farewell, !farewell.isOver, phase == .left else { return }
        if farewell.goodbyes < 3 {
            self.farewell?.goodbyes += 1
            sendBeat(at: now)
            arm(.leave, at: now + .milliseconds(50))
        } else {
            exit()
        }
    }

    /// Something may still run here: the peer must not be told that it is free.
    private mutating func leaveStuck() {
        guard reset == nil else { return }
        log(.error, "\(name) ends although something could not be stopped; \(peerName) is not told that it is free")
        exit()
    }

    private mutating func exit() {
        farewell?.isOver = true
        for timer in [NodeTimer.keepalive, .peer, .work, .leave] { cancel(timer) }
        emit(.exit)
    }
}
