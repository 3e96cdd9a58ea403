import ClusterModel
import Replication

/// The symmetric procedure by which two nodes that both dial and both listen agree on one data and one meta socket
/// (drbd-8.4 two sockets), as a value: the `PeerConnector` does what it says.
///
/// Two simplifications with the same outcome towards the kernel's driver and towards our own kind:
/// sockets are not probed for half a second before use, since a dead one is noticed in the features exchange; and
/// when two data sockets cross, the node with the lower address keeps its own instead of both tossing a coin.
struct ConnectProcedure {
    /// A socket, by the number its owner gave it.
    typealias SocketID = Int

    enum Event: Hashable, Sendable {
        case started
        /// The outgoing connection stands.
        case dialed(SocketID)
        /// Refused, unreachable, or too slow.
        case dialFailed
        /// An incoming connection from the peer's address said what it wants to be.
        case introduced(SocketID, as: PeerSocket)
        /// A held socket reached its end or failed.
        case lost(SocketID)
        /// The time of the last `wait` is over.
        case waited
    }

    enum Effect: Hashable, Sendable {
        case dial
        /// Forget the outgoing connection that is not there yet.
        case stopDialing
        /// Say on an outgoing socket what it is: `initialData` or `initialMeta`.
        case introduce(SocketID, as: PeerSocket)
        case close(SocketID)
        /// Answer `waited` after this time; replaces an earlier wait.
        case wait(Duration)
        /// The end. `tieBreak` is on for exactly one node of the pair: the one that accepted the meta socket.
        case established(data: SocketID, meta: SocketID, tieBreak: Bool)
    }

    private struct Held {
        var id: SocketID
        var isOutgoing: Bool
    }

    /// Longest pause between two attempts. DRBD's default is 10 s; a pair that heals should not wait that long.
    static let interval = Duration.milliseconds(700)

    private let keepsOwnWhenCrossed: Bool
    private var generator: SeededGenerator
    private var data: Held?
    private var meta: Held?
    private var isDialing = false
    private var isEstablished = false

    /// - Parameter keepsOwnWhenCrossed: true on exactly one node, the one with the lower address.
    init(keepsOwnWhenCrossed: Bool, seed: UInt64) {
        self.keepsOwnWhenCrossed = keepsOwnWhenCrossed
        generator = SeededGenerator(seed: seed)
    }

    mutating func handle(_ event: Event) -> [Effect] {
        guard !isEstablished else { return closing(event) }
        switch event {
        case .started:
            return dial()
        case .dialed(let id):
            return dialed(id)
        case .dialFailed:
            return dialFailed()
        case .introduced(let id, as: .data):
            return adopt(id, into: \.data) + afterAdoption()
        case .introduced(let id, as: .meta):
            return adopt(id, into: \.meta) + afterAdoption()
        case .lost(let id):
            if data?.id == id { data = nil }
            if meta?.id == id { meta = nil }
            return [.close(id)] + (isDialing ? [] : [pause()])
        case .waited:
            return isDialing ? [] : dial()
        }
    }

    /// After the end whatever still arrives is closed; the losses of the two sockets are no longer ours to handle.
    private func closing(_ event: Event) -> [Effect] {
        switch event {
        case .dialed(let id), .introduced(let id, _): [.close(id)]
        case .started, .dialFailed, .lost, .waited: []
        }
    }

    private mutating func dial() -> [Effect] {
        isDialing = true
        return [.dial]
    }

    private mutating func dialed(_ id: SocketID) -> [Effect] {
        isDialing = false
        if data == nil {
            data = Held(id: id, isOutgoing: true)
            // The peer, having accepted it, dials the meta socket; only if it cannot do we.
            return [.introduce(id, as: .data)] + (established() ?? [pause()])
        }
        guard meta == nil else { return [.close(id)] }
        meta = Held(id: id, isOutgoing: true)
        return [.introduce(id, as: .meta)] + (established() ?? [])
    }

    /// A peer that no longer answers may have died with our earlier socket: that one must not win against the next
    /// the peer opens. An accepted socket is replaced by a newer one anyway, and may be all that a one-way filter allows.
    private mutating func dialFailed() -> [Effect] {
        isDialing = false
        var effects: [Effect] = []
        if let held = data, held.isOutgoing {
            effects.append(.close(held.id))
            data = nil
        }
        if let held = meta, held.isOutgoing {
            effects.append(.close(held.id))
            meta = nil
        }
        return effects + [pause()]
    }

    private mutating func adopt(_ id: SocketID, into place: WritableKeyPath<Self, Held?>) -> [Effect] {
        if let held = self[keyPath: place] {
            if held.isOutgoing && keepsOwnWhenCrossed { return [.close(id)] }
            self[keyPath: place] = Held(id: id, isOutgoing: false)
            return [.close(held.id)]
        }
        self[keyPath: place] = Held(id: id, isOutgoing: false)
        return []
    }

    /// Whoever accepted the data socket dials the meta socket at once.
    private mutating func afterAdoption() -> [Effect] {
        if let end = established() { return end }
        let wantsMeta = data.map { !$0.isOutgoing } ?? false
        return wantsMeta && !isDialing ? dial() : []
    }

    private mutating func established() -> [Effect]? {
        guard let data, let meta else { return nil }
        isEstablished = true
        let rest: [Effect] = isDialing ? [.stopDialing] : []
        isDialing = false
        return rest + [.established(data: data.id, meta: meta.id, tieBreak: !meta.isOutgoing)]
    }

    private mutating func pause() -> Effect {
        let least = Self.interval.milliseconds * 3 / 5
        return .wait(.milliseconds(Int64.random(in: least...Self.interval.milliseconds, using: &generator)))
    }
}
