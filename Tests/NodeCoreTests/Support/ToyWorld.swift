import ClusterModel
import NodeCore
import Testing

/// Two toy servers with the real brains, links between them, clients that write, and virtual time.
struct ToyWorld {
    enum Happening {
        case event(node: Int, run: Int, NodeEvent)
        case timer(node: Int, run: Int, NodeTimer, Instant)
        case beat(to: Int, Heartbeat, LinkName)
        case ping(node: Int, run: Int)
        case storeEnd(node: Int, boot: UInt64, run: Int, StoreID, StoredState)
        case engineOrder(node: Int, run: Int, OrderID, VolumeName, VolumeOrder)
        case probeEnd(node: Int, run: Int, ProbeID, [AddressResource], group: Int)
        case stepEnd(node: Int, run: Int, StepID, key: String, runs: Bool)
        case connectionCheck
        case resyncEnd(target: Int, VolumeName)
        case write
        case startRun(Int)
        case startEngines(Int)
        case powerOn(Int)
        case custom(Int)
    }

    struct Link {
        var name: LinkName
        /// Whether beats from node 0 reach node 1, and the other way round.
        var isUp = [true, true]
        var delay = Duration.milliseconds(1)
        var loss = 0.0
    }

    let definition: ClusterDefinition
    var machines: [ToyMachine]
    var links: [Link]
    var isReplicationUp = true
    var isGatewayUp = true
    /// Whether the two servers reach each other on the clients' network (ARP).
    var isLANWhole = true
    var now = Instant.origin
    var behaviours: [String: ToyBehaviour] = [:]
    var stepTime = Duration.milliseconds(20)
    var storeTime = Duration.milliseconds(2)
    /// How long an engine takes to notice that its peer is gone.
    var engineNotice = Duration.milliseconds(300)
    var random: SeededGenerator
    var replies: [RequestID: OperatorOutcome] = [:]
    var acknowledged: [VolumeName: [Int]] = [:]
    var nextWrite = 1
    var violations: [String] = []
    var story: [String] = []
    var resets: [String] = []
    private var queue: [(at: Instant, order: Int, what: Happening)] = []
    private var order = 0
    private var nextGeneration: UInt64 = 100
    private var lostSince: [VolumeName: Instant] = [:]
    private var bothServeSince: [GroupName: Instant] = [:]
    /// How long two reachable servers may both hold an address, e.g. until the first beat after a heal.
    var dualServingBound = Duration.milliseconds(600)
    private var highestEpochs: [String: Epoch] = [:]

    init(_ definition: ClusterDefinition, seed: UInt64 = 1, copies: CopyState = .upToDate) {
        self.definition = definition
        machines = definition.nodes.map { ToyMachine($0.name) }
        links = definition.links.map { Link(name: $0.name) }
        random = SeededGenerator(seed: seed)
        for node in machines.indices {
            for volume in definition.volumes {
                var engine = ToyEngine(copy: copies)
                engine.staysUpToDate = seed & 1 == 0
                engine.asksDeadPeer = seed & 2 == 0
                machines[node].engines[volume.name] = engine
            }
        }
        schedule(.write, after: .milliseconds(50))
        schedule(.connectionCheck, after: .milliseconds(10))
    }

    // MARK: Time

    mutating func schedule(_ what: Happening, after delay: Duration) {
        order += 1
        let entry = (at: now + delay, order: order, what: what)
        let place = queue.lastIndex { $0.at <= entry.at }.map { $0 + 1 } ?? 0
        queue.insert(entry, at: place)
    }

    mutating func run(for duration: Duration) {
        let end = now + duration
        while let next = queue.first, next.at <= end {
            queue.removeFirst()
            now = next.at
            happen(next.what)
            checkInvariants()
        }
        now = end
    }

    /// Runs until `condition` holds; the time it took, or nil.
    @discardableResult
    mutating func run(atMost limit: Duration, until condition: (ToyWorld) -> Bool) -> Duration? {
        let start = now
        while now - start < limit {
            if condition(self) { return now - start }
            guard let next = queue.first, next.at <= start + limit else { break }
            queue.removeFirst()
            now = next.at
            happen(next.what)
            checkInvariants()
        }
        if condition(self) { return now - start }
        now = start + limit
        return nil
    }

    // MARK: What a test does

    mutating func powerOn(_ node: Int) {
        guard !machines[node].isPowered else { return }
        machines[node].isPowered = true
        machines[node].boot = random.next() | 1
        schedule(.startEngines(node), after: .milliseconds(30))
        schedule(.startRun(node), after: .milliseconds(50))
        tell("\(machines[node].name) is switched on")
    }

    mutating func pullPlug(_ node: Int) {
        guard machines[node].isPowered else { return }
        tell("\(machines[node].name): plug pulled")
        machines[node].isPowered = false
        machines[node].running = []
        killRun(node)
        for volume in definition.volumes { machines[node].engines[volume.name]?.isUp = false }
    }

    mutating func killRun(_ node: Int) {
        machines[node].node = nil
        machines[node].run += 1
        machines[node].timers = [:]
        machines[node].isPinging = false
    }

    mutating func restartRun(_ node: Int, after delay: Duration) {
        schedule(.startRun(node), after: delay)
    }

    mutating func killEngine(_ node: Int, _ volume: VolumeName) {
        guard machines[node].engines[volume]?.isUp == true else { return }
        machines[node].engines[volume]?.isUp = false
        deliver(.volumeReported(volume, nil), to: node)
        schedule(.startEngines(node), after: .milliseconds(500))
    }

    mutating func cut(_ link: LinkName, from node: Int? = nil) { set(link, from: node, isUp: false) }
    mutating func mend(_ link: LinkName, from node: Int? = nil) { set(link, from: node, isUp: true) }

    private mutating func set(_ link: LinkName, from node: Int?, isUp: Bool) {
        for index in links.indices where links[index].name == link {
            for direction in 0..<2 where node == nil || node == direction { links[index].isUp[direction] = isUp }
        }
    }

    mutating func cutAllLinks() { for link in links { cut(link.name) } }
    mutating func mendAllLinks() { for link in links { mend(link.name) } }

    mutating func ask(_ node: Int, _ request: OperatorRequest) -> RequestID {
        let id = RequestID(UInt64(replies.count + 1000))
        deliver(.operatorRequested(id, request), to: node)
        return id
    }

    /// Gives one event to a brain alone; its effects are looked at, not carried out.
    mutating func inform(_ node: Int, _ event: NodeEvent) -> [NodeEffect] {
        let moment = now
        return machines[node].node?.handle(event, at: moment) ?? []
    }

    mutating func shutDown(_ node: Int) { deliver(.shutdownRequested, to: node) }

    mutating func failResource(_ node: Int, _ group: GroupName, _ resource: Int, _ reason: String) {
        machines[node].running.remove("\(group)/\(resource)")
        deliver(.resourceFailed(group, resource: resource, reason: reason), to: node)
    }

    func status(_ node: Int) -> NodeStatus? { machines[node].node?.status(at: now) }

    func phase(_ node: Int, _ group: GroupName) -> GroupReport.Phase? {
        status(node)?.groups.first { $0.name == group }?.phase
    }

    /// Whether every resource of the group runs on the node.
    func serves(_ node: Int, _ group: GroupName) -> Bool {
        guard let group = definition.group(group) else { return false }
        return group.resources.indices.allSatisfy { runs(node, group, $0) }
    }

    func runs(_ node: Int, _ group: GroupDefinition, _ resource: Int) -> Bool {
        if case .volume(let volume) = group.resources[resource].kind {
            return machines[node].engines[volume].map { $0.isUp && $0.isPrimary } ?? false
        }
        return machines[node].running.contains("\(group.name)/\(resource)")
    }

    mutating func tell(_ line: String) {
        story.append("\(now) \(line)")
        if story.count > 600 { story.removeFirst(200) }
    }

    // MARK: Happenings

    private mutating func happen(_ what: Happening) {
        switch what {
        case .event(let node, let run, let event):
            if machines[node].run == run { deliver(event, to: node) }
        case .timer(let node, let run, let timer, let due):
            guard machines[node].run == run, machines[node].timers[timer] == due else { return }
            machines[node].timers[timer] = nil
            deliver(.timerFired(timer), to: node)
        case .beat(let node, let beat, let link):
            deliver(.heartbeatReceived(beat, on: link), to: node)
        case .ping(let node, let run): pinged(node, run)
        case .storeEnd(let node, let boot, let run, let id, let state): storeEnded(node, boot, run, id, state)
        case .engineOrder(let node, let run, let id, let volume, let order): perform(order, id, volume, node, run)
        case .probeEnd(let node, let run, let id, let addresses, let group):
            probed(node, run, id, addresses, group)
        case .stepEnd(let node, let run, let id, let key, let runs): stepEnded(node, run, id, key, runs)
        case .connectionCheck:
            checkConnections()
            schedule(.connectionCheck, after: .milliseconds(10))
        case .resyncEnd(let target, let volume): resyncEnded(target, volume)
        case .write:
            for volume in definition.volumes { write(volume.name) }
            schedule(.write, after: .milliseconds(50))
        case .startRun(let node): startRun(node)
        case .startEngines(let node): startEngines(node)
        case .powerOn(let node): powerOn(node)
        case .custom: break
        }
    }

    private mutating func startRun(_ node: Int) {
        guard machines[node].isPowered, machines[node].node == nil else { return }
        machines[node].run += 1
        machines[node].node = Node(definition: definition, name: machines[node].name, configuration: 7)
        let stored = machines[node].stored
        deliver(
            .started(
                stored, boot: machines[node].boot,
                incarnation: max(UInt64(now.nanoseconds), stored.incarnation + 1)), to: node)
        for volume in definition.volumes { report(node, volume.name) }
    }

    private mutating func startEngines(_ node: Int) {
        guard machines[node].isPowered else { return }
        for volume in definition.volumes where machines[node].engines[volume.name]?.isUp == false {
            machines[node].engines[volume.name]?.attach()
            report(node, volume.name)
        }
    }

    private mutating func report(_ node: Int, _ volume: VolumeName) {
        guard let engine = machines[node].engines[volume], engine.isUp else { return }
        deliver(.volumeReported(volume, engine.report), to: node)
    }

    private mutating func deliver(_ event: NodeEvent, to node: Int) {
        guard machines[node].isPowered, machines[node].node != nil else { return }
        guard let effects = machines[node].node?.handle(event, at: now) else { return }
        for effect in effects { carryOut(effect, node) }
    }

    private mutating func carryOut(_ effect: NodeEffect, _ node: Int) {
        let run = machines[node].run
        switch effect {
        case .sendHeartbeat(let beat): send(beat, from: node)
        case .armTimer(let timer, let at):
            machines[node].timers[timer] = at
            schedule(.timer(node: node, run: run, timer, at), after: max(at - now, .zero))
        case .cancelTimer(let timer): machines[node].timers[timer] = nil
        case .startResource(let id, let group, let resource, _):
            step(id, node, "\(group)/\(resource)", isStart: true)
        case .stopResource(let id, let group, let resource, _):
            step(id, node, "\(group)/\(resource)", isStart: false)
        case .monitorResource: break
        case .orderVolume(let id, let volume, let order):
            schedule(.engineOrder(node: node, run: run, id, volume, order), after: .milliseconds(3))
        case .storeState(let id, let state):
            schedule(.storeEnd(node: node, boot: machines[node].boot, run: run, id, state), after: storeTime)
        case .probeAddresses(let id, let addresses, let within):
            probe(id, addresses, within, node)
        case .pingNodes(let every):
            machines[node].isPinging = every != nil
            machines[node].pingInterval = every ?? .seconds(1)
            if every != nil { schedule(.ping(node: node, run: run), after: .zero) }
        case .announceAddresses: machines[node].announcements += 1
        case .reply(let id, let outcome): replies[id] = outcome
        case .log(let level, let line):
            machines[node].log.append(line)
            if level >= .info { tell("\(machines[node].name): \(line)") }
        case .feedWatchdog: machines[node].lastFed = now
        case .resetMachine(let reason):
            resets.append("\(machines[node].name): \(reason)")
            pullPlug(node)
            schedule(.powerOn(node), after: .seconds(3))
        case .exit: killRun(node)
        }
    }

    private mutating func send(_ beat: Heartbeat, from node: Int) {
        checkEpoch(beat, node)
        for link in links where link.isUp[node] {
            if link.loss > 0, Double.random(in: 0..<1, using: &random) < link.loss { continue }
            let jitter = Duration.microseconds(Int64.random(in: 0..<500, using: &random))
            schedule(.beat(to: 1 - node, beat, link.name), after: link.delay + jitter)
        }
    }

    private mutating func step(_ id: StepID, _ node: Int, _ key: String, isStart: Bool) {
        let run = machines[node].run
        let verb = isStart ? "start" : "stop"
        switch behaviours["\(machines[node].name) \(verb) \(key)"] ?? .works {
        case .works:
            schedule(.stepEnd(node: node, run: run, id, key: key, runs: isStart), after: stepTime)
        case .fails(let reason):
            schedule(.event(node: node, run: run, .stepCompleted(id, .failed(reason))), after: stepTime)
        case .hangs: break
        }
    }

    private mutating func stepEnded(_ node: Int, _ run: Int, _ id: StepID, _ key: String, _ runs: Bool) {
        guard machines[node].isPowered else { return }
        if runs { machines[node].running.insert(key) } else { machines[node].running.remove(key) }
        if machines[node].run == run { deliver(.stepCompleted(id, .done), to: node) }
    }

    private mutating func storeEnded(_ node: Int, _ boot: UInt64, _ run: Int, _ id: StoreID, _ state: StoredState) {
        guard machines[node].isPowered, machines[node].boot == boot else { return }
        machines[node].stored = state
        if machines[node].run == run { deliver(.stateStored(id), to: node) }
    }

    private mutating func pinged(_ node: Int, _ run: Int) {
        guard machines[node].run == run, machines[node].isPinging else { return }
        for address in definition.pingNodes {
            let answers = isGatewayUp && machines[node].hasLAN
            deliver(answers ? .pingAnswered(address) : .pingMissed(address), to: node)
        }
        schedule(.ping(node: node, run: run), after: machines[node].pingInterval)
    }

    private mutating func probe(_ id: ProbeID, _ addresses: [AddressResource], _ within: Duration, _ node: Int) {
        guard let group = definition.groups.firstIndex(where: { $0.addresses == addresses }) else { return }
        let run = machines[node].run
        // Asked at the start, at the end and in between; a holder answers the first it hears.
        if holds(1 - node, group), canReach() {
            schedule(.probeEnd(node: node, run: run, id, addresses, group: group), after: .milliseconds(1))
        } else {
            schedule(.probeEnd(node: node, run: run, id, addresses, group: group), after: within)
        }
    }

    private mutating func probed(
        _ node: Int, _ run: Int, _ id: ProbeID, _ addresses: [AddressResource], _ group: Int
    ) {
        guard machines[node].run == run else { return }
        let holder =
            holds(1 - node, group) && canReach() ? HardwareAddress(bits: 0x0200_0000_0000 + UInt64(1 - node)) : nil
        deliver(.probeCompleted(id, answeredBy: holder), to: node)
    }

    func canReach() -> Bool { machines[0].hasLAN && machines[1].hasLAN && isLANWhole }

    /// Whether the node's kernel answers for the group's address.
    func holds(_ node: Int, _ group: Int) -> Bool {
        guard machines[node].isPowered else { return false }
        let definition = definition.groups[group]
        return definition.resources.indices.contains { index in
            guard case .address = definition.resources[index].kind else { return false }
            return machines[node].running.contains("\(definition.name)/\(index)")
        }
    }

    // MARK: Engines

    private mutating func perform(
        _ order: VolumeOrder, _ id: OrderID, _ volume: VolumeName, _ node: Int, _ run: Int
    ) {
        guard let engine = machines[node].engines[volume], engine.isUp else {
            if machines[node].run == run { deliver(.volumeOrderCompleted(id, .refused("no engine")), to: node) }
            return
        }
        nextGeneration += 1
        let peer = machines[1 - node].engines[volume]
        let answers = isReplicationUp && machines[1 - node].isPowered && (peer?.isUp ?? false)
        let result = machines[node].engines[volume]?.perform(
            order, generation: nextGeneration, isPeerPrimary: peer?.isPrimary ?? false, isPeerAnswering: answers)
        if engine.isConnected, machines[node].engines[volume]?.isConnected == false { disconnectPeer(of: node, volume) }
        if order == .declareUpToDate, machines[node].engines[volume]?.isConnected == true {
            beginResync(1 - node, volume)
        }
        // The answer and the new facts may come in either order.
        if Bool.random(using: &random) { report(node, volume) }
        if machines[node].run == run { deliver(.volumeOrderCompleted(id, result ?? .refused("gone")), to: node) }
        report(node, volume)
    }

    private mutating func disconnectPeer(of node: Int, _ volume: VolumeName) {
        machines[1 - node].engines[volume]?.lost()
        report(1 - node, volume)
    }

    private mutating func checkConnections() {
        for volume in definition.volumes.map(\.name) {
            let isWhole = isReplicationUp && (0..<2).allSatisfy { machines[$0].engines[volume]?.isUp ?? false }
            let connected = (0..<2).filter { machines[$0].engines[volume]?.isConnected ?? false }
            if isWhole, connected.isEmpty {
                meet(volume)
            } else if isWhole, connected.count == 2 {
                lostSince[volume] = nil
            } else if !connected.isEmpty {
                let since = lostSince[volume] ?? now
                lostSince[volume] = since
                guard now - since >= engineNotice else { continue }
                lostSince[volume] = nil
                for node in connected {
                    machines[node].engines[volume]?.lost()
                    report(node, volume)
                }
            }
        }
    }

    private mutating func meet(_ volume: VolumeName) {
        guard let first = machines[0].engines[volume], let second = machines[1].engines[volume] else { return }
        if first.isSplitBrain || second.isSplitBrain || (first.isPrimary && second.isPrimary) { return }
        if first.disk.copy <= .inconsistent && second.disk.copy <= .inconsistent {
            connect(volume)
            return
        }
        switch ToyEngine.compare(first.disk, second.disk) {
        case .equal:
            connect(volume)
            for node in 0..<2 {
                becomeUpToDate(node, volume)
                machines[node].engines[volume]?.disk.isPeerOutdated = false
            }
        case .firstIsNewer: meet(volume, source: 0)
        case .secondIsNewer: meet(volume, source: 1)
        case .apart:
            for node in 0..<2 { machines[node].engines[volume]?.isSplitBrain = true }
            tell("volume \(volume): split brain")
        }
        for node in 0..<2 { report(node, volume) }
    }

    private mutating func meet(_ volume: VolumeName, source: Int) {
        if machines[1 - source].engines[volume]?.isPrimary == true { return }
        connect(volume)
        becomeUpToDate(source, volume)
        beginResync(1 - source, volume)
    }

    private mutating func connect(_ volume: VolumeName) {
        lostSince[volume] = nil
        for node in 0..<2 {
            machines[node].engines[volume]?.isConnected = true
            machines[node].engines[volume]?.isFrozen = false
            machines[node].engines[volume]?.isGivenUp = false
        }
    }

    private mutating func becomeUpToDate(_ node: Int, _ volume: VolumeName) {
        machines[node].engines[volume]?.disk.copy = .upToDate
    }

    private mutating func beginResync(_ target: Int, _ volume: VolumeName) {
        machines[target].engines[volume]?.isResyncTarget = true
        machines[target].engines[volume]?.disk.copy = .inconsistent
        machines[1 - target].engines[volume]?.isResyncSource = true
        schedule(.resyncEnd(target: target, volume), after: .milliseconds(400))
        for node in 0..<2 { report(node, volume) }
    }

    private mutating func resyncEnded(_ target: Int, _ volume: VolumeName) {
        guard machines[target].engines[volume]?.isResyncTarget == true,
            let source = machines[1 - target].engines[volume],
            source.isUp, isReplicationUp
        else {
            // The link was away for a moment that nobody noticed: the resync goes on.
            if machines[target].engines[volume]?.isResyncTarget == true {
                schedule(.resyncEnd(target: target, volume), after: .milliseconds(400))
            }
            return
        }
        machines[target].engines[volume]?.isResyncTarget = false
        machines[1 - target].engines[volume]?.isResyncSource = false
        var disk = source.disk
        disk.wasPrimary = false
        disk.isPeerOutdated = false
        disk.copy = .upToDate
        machines[target].engines[volume]?.disk = disk
        machines[1 - target].engines[volume]?.disk.isPeerOutdated = false
        if !source.isPrimary { machines[1 - target].engines[volume]?.disk.wasPrimary = false }
        for node in 0..<2 { report(node, volume) }
    }

    // MARK: Clients

    private mutating func write(_ volume: VolumeName) {
        for node in machines.indices {
            guard let engine = machines[node].engines[volume], engine.isUp, engine.isPrimary, !engine.isFrozen,
                let group = definition.groups.firstIndex(where: { $0.volumes.contains(volume) }),
                serves(node, definition.groups[group].name), machines[node].hasLAN
            else { continue }
            let number = nextWrite
            nextWrite += 1
            checkNothingLost(volume, node)
            machines[node].engines[volume]?.disk.data.append(number)
            if engine.isConnected {
                guard isReplicationUp, machines[1 - node].engines[volume]?.isUp == true else { continue }
                machines[1 - node].engines[volume]?.disk.data.append(number)
            }
            acknowledged[volume, default: []].append(number)
        }
    }

    // MARK: Checkers

    private mutating func checkNothingLost(_ volume: VolumeName, _ node: Int) {
        guard let data = machines[node].engines[volume]?.disk.data else { return }
        let held = Set(data)
        for number in acknowledged[volume] ?? [] where !held.contains(number) {
            violate("write \(number) of \(volume) is lost on \(machines[node].name)")
            return
        }
    }

    private mutating func checkInvariants() {
        for index in definition.groups.indices {
            let name = definition.groups[index].name
            guard holds(0, index), holds(1, index), canReach() else {
                bothServeSince[name] = nil
                continue
            }
            let since = bothServeSince[name] ?? now
            bothServeSince[name] = since
            if now - since > dualServingBound { violate("\(name) is served twice since \(since)") }
        }
    }

    private mutating func checkEpoch(_ beat: Heartbeat, _ node: Int) {
        for report in beat.groups {
            let key = "\(node) \(report.group)"
            if let highest = highestEpochs[key], report.epoch < highest, beat.sequence > 3 {
                violate("epoch of \(report.group) on \(beat.sender) fell from \(highest) to \(report.epoch)")
            }
            highestEpochs[key] = max(highestEpochs[key] ?? .zero, report.epoch)
        }
    }

    private mutating func violate(_ what: String) {
        guard violations.count < 5 else { return }
        violations.append("\(now): \(what)")
        tell("VIOLATION \(what)")
    }
}
