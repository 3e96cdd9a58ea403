import ClusterModel
import Replication

@testable import VolumeRuntime

/// Two connect procedures and a network between them, in virtual time.
struct ConnectWorld {
    struct End {
        var data: Int
        var meta: Int
        var tieBreak: Bool
    }

    private struct Pending {
        var time: Int64
        var order: Int
        var node: Int
        var event: ConnectProcedure.Event
    }

    private var nodes: [ConnectProcedure]
    private var ends: [End?] = [nil, nil]
    private var listening = [true, true]
    private var agenda: [Pending] = []
    private var generator: SeededGenerator
    private var nextSocket = 1
    private var nextOrder = 0
    private var now: Int64 = 0
    /// By socket: who dialed it.
    private var dialer: [Int: Int] = [:]
    private var isOpen: [Int: Bool] = [:]
    private var waitGeneration = [0, 0]
    private var waits: [Int: (node: Int, generation: Int)] = [:]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        nodes = [
            ConnectProcedure(keepsOwnWhenCrossed: true, seed: seed &* 2 &+ 1),
            ConnectProcedure(keepsOwnWhenCrossed: false, seed: seed &* 3 &+ 7),
        ]
    }

    /// What the two end with, or nil after 60 virtual seconds.
    mutating func run() -> [End]? {
        for node in 0...1 { post(.started, to: node, in: delay(upTo: 3)) }
        while let next = takeNext(), next.time < 60_000 {
            now = next.time
            if case .waited = next.event, waits[next.order]?.generation != waitGeneration[next.node] { continue }
            if let socket = socket(of: next.event), isOpen[socket] == false { continue }
            if case .introduced = next.event, !listening[next.node] {
                if let socket = socket(of: next.event) { close(socket, by: next.node) }
                continue
            }
            perform(nodes[next.node].handle(next.event), by: next.node)
            if let first = ends[0], let second = ends[1] { return [first, second] }
        }
        return nil
    }

    private mutating func perform(_ effects: [ConnectProcedure.Effect], by node: Int) {
        for effect in effects {
            switch effect {
            case .dial: dial(by: node)
            case .stopDialing: agenda = agenda.filter { $0.node != node || !isDialOutcome($0.event) }
            case .introduce(let socket, let role):
                post(.introduced(socket, as: role), to: 1 - node, in: delay(upTo: 4))
            case .close(let socket): close(socket, by: node)
            case .wait(let time):
                waitGeneration[node] += 1
                post(.waited, to: node, in: time.milliseconds)
                waits[nextOrder - 1] = (node, waitGeneration[node])
            case .established(let data, let meta, let tieBreak):
                ends[node] = End(data: data, meta: meta, tieBreak: tieBreak)
                listening[node] = false
            }
        }
    }

    private mutating func dial(by node: Int) {
        guard listening[1 - node], UInt8.random(in: 0..<8, using: &generator) > 0 else {
            return post(.dialFailed, to: node, in: delay(upTo: 10))
        }
        dialer[nextSocket] = node
        isOpen[nextSocket] = true
        post(.dialed(nextSocket), to: node, in: delay(upTo: 6))
        nextSocket += 1
    }

    /// The other end learns of it later; an end that believed in the socket starts over.
    private mutating func close(_ socket: Int, by node: Int) {
        guard isOpen[socket] == true else { return }
        isOpen[socket] = false
        let other = 1 - node
        if let end = ends[other], end.data == socket || end.meta == socket { restart(other) }
        perform(nodes[other].handle(.lost(socket)), by: other)
    }

    private mutating func restart(_ node: Int) {
        guard let end = ends[node] else { return }
        ends[node] = nil
        listening[node] = true
        nodes[node] = ConnectProcedure(keepsOwnWhenCrossed: node == 0, seed: generator.next())
        for socket in [end.data, end.meta] { close(socket, by: node) }
        post(.started, to: node, in: delay(upTo: 20))
    }

    private mutating func post(_ event: ConnectProcedure.Event, to node: Int, in time: Int64) {
        agenda.append(Pending(time: now + time, order: nextOrder, node: node, event: event))
        nextOrder += 1
    }

    private mutating func takeNext() -> Pending? {
        guard
            let index = agenda.indices.min(by: {
                (agenda[$0].time, agenda[$0].order) < (agenda[$1].time, agenda[$1].order)
            })
        else { return nil }
        return agenda.remove(at: index)
    }

    private mutating func delay(upTo limit: Int64) -> Int64 { Int64.random(in: 0...limit, using: &generator) }

    private func isDialOutcome(_ event: ConnectProcedure.Event) -> Bool {
        switch event {
        case .dialed, .dialFailed: true
        case .started, .introduced, .lost, .waited: false
        }
    }

    private func socket(of event: ConnectProcedure.Event) -> Int? {
        switch event {
        case .dialed(let id), .introduced(let id, _), .lost(let id): id
        case .started, .dialFailed, .waited: nil
        }
    }
}
