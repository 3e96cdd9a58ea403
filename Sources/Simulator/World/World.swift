import ClusterModel
import NodeCore
import Replication

/// Two servers, the cables between them, a LAN with a gateway and clients, in virtual time and from one seed.
///
/// The brains are the real ones; everything that the runtimes, the kernels and the hardware do is played here.
final class World {
    let settings: WorldSettings
    let definition: ClusterDefinition
    let scheduler = Scheduler()
    private(set) var digest = Digest()
    private(set) var machines: [Machine] = []
    private(set) var cables: [HeartbeatCable] = []
    let segment = Segment()
    private(set) var replication: [ReplicationPath] = []
    /// By volume; group and volume have the same number.
    private(set) var ledgers: [BlockLedger] = []
    private(set) var clients: [Client] = []
    private(set) var operatorDesk: OperatorDesk!
    var checkers: [any Checker] = []
    private(set) var violation: Violation?
    /// The replication connection alone is cut, as by a firewall.
    var isReplicationBlocked = false
    /// The clients and the services have stopped writing, so that the copies can be compared.
    var isQuiet = false
    let sabotage: Sabotage?
    let trace: Trace
    private var tokenCount: UInt64 = 0
    private(set) var eventCount: UInt64 = 0
    /// Digest of the definition, as beats carry it.
    let configuration: UInt64 = 0x5157

    init(_ settings: WorldSettings, sabotage: Sabotage? = nil, trace: Trace) {
        self.settings = settings
        self.sabotage = sabotage
        self.trace = trace
        definition = settings.definition
        cables = definition.links.map { HeartbeatCable($0.name, in: self) }
        if cable(settings.topology.replicationLink) == nil {
            preconditionFailure("no cable carries the replication")
        }
        replication = definition.volumes.indices.map { ReplicationPath(in: self, volume: $0) }
        machines = (0..<2).map { Machine($0, in: self) }
        for machine in machines { machine.assemble() }
        ledgers = definition.volumes.indices.map { volume in
            BlockLedger(in: self, volume: volume) { WorldSettings.initialToken(volume, $0) }
        }
        clients = definition.groups.indices.map { Client(in: self, group: $0) }
        operatorDesk = OperatorDesk(in: self)
        prepareCopies()
        checkers = CheckerList.all(for: settings)
        tick()
    }

    var now: Instant { scheduler.now }

    // MARK: Telling

    func isSabotaged(_ kind: Sabotage) -> Bool { sabotage == kind }

    func nextToken() -> UInt64 {
        tokenCount += 1
        return 1 << 40 + tokenCount
    }

    func observe(_ observation: Observation) {
        guard violation == nil else { return }
        for index in checkers.indices {
            guard let sentence = checkers[index].observe(observation, in: self) else { continue }
            violation = Violation(checker: checkers[index].name, at: now, sentence: sentence)
            trace.add(now, "VIOLATION of \(checkers[index].name): \(sentence)")
            return
        }
    }

    func note(_ event: NodeEvent, at machine: Machine) {
        eventCount += 1
        digest.add(UInt64(now.nanoseconds) &+ UInt64(machine.index))
        digest.add(event)
        trace.node(now, machine.name, event)
    }

    func note(_ effect: NodeEffect, at machine: Machine) {
        digest.add(effect)
        trace.node(now, machine.name, effect)
    }

    func note(_ event: VolumeEvent, at machine: Machine, _ volume: Int) {
        eventCount += 1
        digest.add(UInt64(now.nanoseconds) &+ UInt64(machine.index))
        digest.add(event)
        trace.volume(now, machine.name, volume, event)
    }

    func note(_ effect: VolumeEffect, at machine: Machine, _ volume: Int) {
        digest.add(effect)
        trace.volume(now, machine.name, volume, effect)
    }

    /// Something that the machine, not a brain, did.
    func tell(_ machine: Machine, _ text: @autoclosure () -> String) {
        guard trace.isOn else { return }
        trace.add(now, "\(machine.name): \(text())")
    }

    func say(_ text: @autoclosure () -> String) {
        guard trace.isOn else { return }
        trace.add(now, text())
    }

    private func tick() {
        observe(.tick)
        scheduler.after(.milliseconds(500)) { [self] in tick() }
    }
}

extension WorldSettings {
    /// What a block holds before the world starts.
    static func initialToken(_ volume: Int, _ block: Int) -> UInt64 {
        UInt64(volume + 1) << 32 | UInt64(block)
    }
}
