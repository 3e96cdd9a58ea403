import ClusterModel
import Configuration
import Control
import LinuxIO
import Netlink
import NodeCore

/// Everything between the brain of one node and its machine: carries out each effect, and posts what happens.
final class NodeMachinery: EffectPerformer {
    let interpreter: NodeInterpreter
    let links: LinkBoard
    let volumes: VolumeBoard
    let watchdog: WatchdogKeeper
    let pings: PingRunner
    let desk: ControlDesk

    private let settings: NodeSettings
    private let loop: EventLoop
    private let narrator: Narrator
    private let interfaces: InterfaceWatch
    private let timers: NodeTimers
    let resources: ResourceBoard
    private let resourceMachinery: ResourceMachinery
    private let store: StateStore
    private let probes: ProbeRunner
    private let onExit: () -> Void

    /// - Parameters:
    ///   - document: makes the status of the moment.
    ///   - onExit: called when everything is released and the process shall end.
    /// - Throws: what the machine lacks to be a node at all (netlink sockets, epoll).
    init(
        _ settings: NodeSettings, on loop: EventLoop, narrator: Narrator,
        document: @escaping () -> NodeStatusDocument, onExit: @escaping () -> Void
    ) throws {
        self.settings = settings
        self.loop = loop
        self.narrator = narrator
        self.onExit = onExit
        let definition = settings.definition
        let logger = narrator.logger
        let interpreter = NodeInterpreter(
            Node(definition: definition, name: settings.node, configuration: settings.configuration.value), on: loop)
        self.interpreter = interpreter
        let post = { [weak interpreter] (event: NodeEvent) -> Void in interpreter?.post(event) }
        links = LinkBoard(
            node: settings.node, envelope: BeatEnvelope(keys: settings.keys, cluster: definition.name), on: loop,
            logger: logger,
            post: post)
        interfaces = try InterfaceWatch(on: loop)
        timers = NodeTimers(on: loop, post: post)
        resources = ResourceBoard(on: loop, narrator: narrator, post: post)
        resourceMachinery = try ResourceMachinery(
            definition, node: settings.node, board: resources, on: loop, logger: logger)
        volumes = VolumeBoard(definition.volumes, runDirectory: settings.runDirectory, on: loop, post: post)
        store = StateStore(StateFile(path: settings.stateDirectory + "/state"), on: loop, post: post)
        pings = PingRunner(definition.pingNodes, on: loop, logger: logger, post: post)
        probes = ProbeRunner(node: settings.node, on: loop, logger: logger, post: post)
        watchdog = WatchdogKeeper(definition.watchdog, on: loop, logger: logger)
        desk = ControlDesk(definition, volumes: volumes, on: loop, document: document, post: post)
        narrator.listener = { [weak desk] in desk?.tellProgress($0) }
    }

    /// Removes what an earlier run left, opens links and engines, and gives the brain its first event.
    func begin(_ stored: StoredState, boot: UInt64) {
        removeLeftovers(stored, boot: boot)
        for link in settings.definition.links {
            links.add(link, node: settings.node, peer: settings.peer, interfaces: interfaces, on: loop)
        }
        volumes.connect()
        interpreter.begin(
            .started(stored, boot: boot, incarnation: Incarnation.now(after: stored.incarnation)), performer: self)
    }

    /// Addresses of groups that the records do not say to be running under this very boot. What runs is left untouched: the
    /// brain takes it up again.
    private func removeLeftovers(_ stored: StoredState, boot: UInt64) {
        let running = stored.boot == boot ? stored.groups.filter { $0.phase != .stopped }.map(\.group) : []
        let idle = settings.definition.groups.filter { !running.contains($0.name) }
        do throws(NetlinkError) {
            for address in try resourceMachinery.addresses.removeLeftovers(of: idle.flatMap(\.addresses)) {
                narrator.say(.warning, "\(address.address) was left by an earlier run and is removed")
            }
        } catch {
            narrator.say(.error, "addresses of an earlier run cannot be removed: \(error)")
        }
    }

    func close() {
        links.close()
        volumes.close()
        interfaces.close()
        pings.run(every: nil)
        probes.close()
        resourceMachinery.close()
    }

    // MARK: Effects

    func perform(_ effect: NodeEffect) {
        switch effect {
        case .sendHeartbeat(let beat): links.send(beat)
        case .armTimer(let timer, let deadline): timers.arm(timer, at: deadline)
        case .cancelTimer(let timer): timers.cancel(timer)
        case .startResource(let id, let group, let resource, let timeout):
            resources.start(id, .init(group: group, resource: resource), timeout: timeout)
        case .stopResource(let id, let group, let resource, let timeout):
            resources.stop(id, .init(group: group, resource: resource), timeout: timeout)
        case .monitorResource(let group, let resource, let isOn):
            resources.monitor(.init(group: group, resource: resource), isOn: isOn)
        case .orderVolume(let id, let volume, let order): volumes.order(id, volume, order)
        case .storeState(let id, let state): store.store(id, state)
        case .probeAddresses(let id, let addresses, let duration): probes.probe(id, addresses, within: duration)
        case .pingNodes(let interval): pings.run(every: interval)
        case .announceAddresses(let group): resources.announceAddresses(of: group)
        case .reply(let id, let outcome): desk.reply(id, outcome)
        case .log(let level, let line): narrator.say(level, line)
        case .feedWatchdog: watchdog.feed()
        case .resetMachine(let reason): reset(reason)
        case .exit: exit()
        }
    }

    private func reset(_ reason: String) {
        narrator.say(.error, "this machine is reset now: \(reason)")
        let failure = settings.reset.now()
        // The watchdog is not fed any more: nothing of this process goes on, and the device ends the rest.
        fatalError("this machine cannot be reset: \(failure)")
    }

    private func exit() {
        watchdog.disarm()
        desk.sayGoodbye("\(settings.node) has released everything and ends")
        onExit()
    }
}
