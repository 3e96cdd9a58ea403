import ClusterModel
import Testing

@testable import Replication

/// Two engines and all that is around them, with every order of events that the runtime may produce.
///
/// Deterministic: everything follows from the seed and the calls.
final class EnginePair {
    private struct Message {
        let packet: PeerPacket
        let payload: [UInt64]?
    }

    /// What is on its way to a node over the present connection.
    private struct Inbox {
        var data: [Message] = []
        var meta: [Message] = []
        /// The other end is closed: after what is left comes the end.
        var isClosing = false
        var isOpen = true
    }

    private enum Step {
        case disk(Int, Int)
        case metadata(Int)
        case data(Int)
        case meta(Int)
        case lost(Int)
        case connect
    }

    static let defaultDevice: UInt64 = 12 << 20

    let nodes: [TestNode]
    var random: SeededGenerator
    var now = Instant.origin
    var isLinkUp = true
    /// Both nodes agree on these.
    var features: Features = [.trim, .thinResync, .writeSame, .writeZeroes]
    var version: UInt32 = 101
    var settings: VolumeSettings
    /// Called after every event.
    var observer: ((EnginePair) -> Void)?
    /// Packets a test wants to lose, with the connection, when they are about to be delivered.
    var cutBefore: ((_ receiver: Int, PeerPacket) -> Bool)?
    var trace: [String] = []
    var isTracing = false

    private var inboxes: [Inbox]?
    private var nextBuffer: UInt64 = 1
    private var nextRequest: UInt64 = 1
    private var nextOrder: UInt64 = 1

    init(
        seed: UInt64 = 1, settings: VolumeSettings = VolumeSettings(), deviceBytes: UInt64 = EnginePair.defaultDevice,
        otherDeviceBytes: UInt64? = nil
    ) throws {
        random = SeededGenerator(seed: seed)
        self.settings = settings
        nodes = [
            try TestNode(deviceBytes: deviceBytes), try TestNode(deviceBytes: otherDeviceBytes ?? deviceBytes),
        ]
    }

    // MARK: Nodes

    func start(_ node: Int, settings: VolumeSettings? = nil, withDisk: Bool = true) throws {
        nodes[node].engine = VolumeEngine(settings: settings ?? self.settings, seed: random.next())
        if withDisk {
            handle(node, .attached(try nodes[node].metadata.recover()))
        } else {
            handle(node, .attachFailed(reason: "no disk"))
        }
    }

    func attach(_ node: Int) throws {
        handle(node, .attached(try nodes[node].metadata.recover()))
    }

    /// The node's power fails, or only its engine's process ends (`keepingCache`).
    func crash(_ node: Int, keepingCache: Bool = false) {
        note("crash \(node)")
        if let under = nodes[node].metadataWrites.first {
            // Where it has begun, the flush before it is done.
            let progress = Int.random(in: 0...2, using: &random)
            if progress < 2 { nodes[node].disk.flush(upTo: under.flushed) }
            switch progress {
            case 0: nodes[node].metadata.store(under.write)
            case 1: nodes[node].metadata.tear(under.write)
            default: break
            }
        }
        for (_, operation) in nodes[node].operations where Bool.random(using: &random) {
            if case .write(let range, let tokens, _) = operation { nodes[node].disk.write(range, tokens) }
        }
        if !keepingCache { nodes[node].disk.losePower(&random) }
        nodes[node].forgetEngine()
        close(by: node, keepingSent: false)
    }

    // MARK: Link

    func cutLink() {
        note("cut")
        isLinkUp = false
        guard var inboxes else { return }
        for node in 0...1 where inboxes[node].isOpen {
            // What was under way is lost from some point on.
            inboxes[node].data.removeLast(Int.random(in: 0...inboxes[node].data.count, using: &random))
            inboxes[node].meta.removeLast(Int.random(in: 0...inboxes[node].meta.count, using: &random))
            inboxes[node].isClosing = true
        }
        self.inboxes = inboxes
    }

    func healLink() {
        isLinkUp = true
    }

    /// One end closes its sockets.
    private func close(by node: Int, keepingSent: Bool) {
        guard inboxes?[node].isOpen == true else { return }
        inboxes?[node] = Inbox(isOpen: false)
        if inboxes?[1 - node].isOpen == true {
            if !keepingSent, let inbox = inboxes?[1 - node] {
                inboxes?[1 - node].data.removeLast(Int.random(in: 0...inbox.data.count, using: &random))
                inboxes?[1 - node].meta.removeLast(Int.random(in: 0...inbox.meta.count, using: &random))
            }
            inboxes?[1 - node].isClosing = true
        } else {
            inboxes = nil
        }
    }

    // MARK: Clients and orders

    @discardableResult
    func request(_ node: Int, _ operation: ClientOperation, tokens: [UInt64]? = nil) -> RequestID {
        let id = RequestID(rawValue: nextRequest)
        nextRequest += 1
        if let tokens { nodes[node].buffers[.client(id.rawValue)] = tokens }
        handle(node, .clientRequested(id, operation))
        return id
    }

    @discardableResult
    func order(_ node: Int, _ order: VolumeOrder) -> OrderID {
        let id = OrderID(rawValue: nextOrder)
        nextOrder += 1
        note("order \(node) \(order)")
        handle(node, .ordered(id, order))
        return id
    }

    // MARK: Running

    /// Does everything that can be done without time passing, in an order drawn at random.
    func run(steps limit: Int = 2_000_000) {
        var count = 0
        while count < limit, step() { count += 1 }
        #expect(count < limit, "the pair does not come to rest")
    }

    /// Runs, and lets time pass, timers firing when they are due.
    func run(for duration: Duration) {
        let end = now + duration
        run()
        while let next = nextInstant, next <= end {
            now = max(now, next)
            if let (node, timer, at) = nextTimer, at <= now { fire(node, timer) }
            run()
        }
        now = end
        run()
    }

    private var nextInstant: Instant? {
        let waiting = nodes.filter { $0.wantsConnection && $0.connectsFrom > now }.map(\.connectsFrom)
        return (waiting + [nextTimer?.2].compactMap { $0 }).min()
    }

    private var nextTimer: (Int, VolumeTimer, Instant)? {
        let all = nodes.indices.flatMap { node in nodes[node].timers.map { (node, $0.key, $0.value) } }
        return all.min { ($0.2, $0.0, $0.1.rawValue) < ($1.2, $1.0, $1.1.rawValue) }
    }

    private func fire(_ node: Int, _ timer: VolumeTimer) {
        nodes[node].timers[timer] = nil
        handle(node, .timerFired(timer))
    }

    /// Lets a little time pass: the next timer fires if it is due by then.
    func pass(_ duration: Duration) {
        now += duration
        if let (node, timer, at) = nextTimer, at <= now { fire(node, timer) }
    }

    /// Does one thing; false where there is none.
    @discardableResult
    func step() -> Bool {
        guard let step = possibleSteps.randomElement(using: &random) else { return false }
        switch step {
        case .disk(let node, let index): completeDisk(node, index)
        case .metadata(let node): completeMetadata(node)
        case .data(let node): deliver(node, \.data)
        case .meta(let node): deliver(node, \.meta)
        case .lost(let node):
            inboxes?[node].isOpen = false
            if inboxes?[1 - node].isOpen == false { inboxes = nil }
            handle(node, .connectionLost(reason: "closed by the peer"))
        case .connect: connect()
        }
        return true
    }

    private var possibleSteps: [Step] {
        var steps: [Step] = []
        for node in nodes.indices where nodes[node].engine != nil {
            for index in nodes[node].operations.indices.prefix(8) { steps.append(.disk(node, index)) }
            if !nodes[node].metadataWrites.isEmpty { steps.append(.metadata(node)) }
            guard let inbox = inboxes?[node], inbox.isOpen else { continue }
            if !inbox.data.isEmpty { steps.append(.data(node)) }
            if !inbox.meta.isEmpty { steps.append(.meta(node)) }
            if inbox.isClosing, inbox.data.isEmpty, inbox.meta.isEmpty { steps.append(.lost(node)) }
        }
        if isLinkUp, inboxes == nil,
            nodes.allSatisfy({ $0.engine != nil && $0.wantsConnection && $0.connectsFrom <= now })
        {
            steps.append(.connect)
        }
        return steps
    }

    private func connect() {
        inboxes = [Inbox(), Inbox()]
        let tieBreak = Int.random(in: 0...1, using: &random)
        for node in nodes.indices {
            nodes[node].wantsConnection = false
            handle(node, .connected(tieBreak: node == tieBreak, features: features, version: version))
        }
    }

    private func deliver(_ node: Int, _ socket: WritableKeyPath<Inbox, [Message]>) {
        guard let message = inboxes?[node][keyPath: socket].removeFirst() else { return }
        if cutBefore?(node, message.packet) == true {
            cutLink()
            return
        }
        var payload: BufferID?
        if let tokens = message.payload {
            payload = .peer(nextBuffer)
            nodes[node].buffers[.peer(nextBuffer)] = tokens
            nextBuffer += 1
        }
        handle(node, .packetReceived(message.packet, payload: payload))
    }

    private func completeDisk(_ node: Int, _ index: Int) {
        let (id, operation) = nodes[node].operations.remove(at: index)
        let result = nodes[node].result(of: operation)
        if result == .success {
            switch operation {
            case .read(let range, let buffer): nodes[node].buffers[buffer] = nodes[node].disk.read(range)
            case .write(let range, let tokens, let fua):
                nodes[node].disk.write(range, tokens)
                if fua { nodes[node].disk.flush(upTo: nodes[node].disk.sequence) }
            case .flush(let limit): nodes[node].disk.flush(upTo: limit)
            }
        }
        handle(node, .diskCompleted(id, result))
    }

    private func completeMetadata(_ node: Int) {
        let (id, write, flushed) = nodes[node].metadataWrites.removeFirst()
        if nodes[node].metadataFails { return handle(node, .metadataStored(id, .failed(errno: 5))) }
        nodes[node].disk.flush(upTo: flushed)
        nodes[node].metadata.store(write)
        handle(node, .metadataStored(id, .success))
    }

    // MARK: Effects

    func handle(_ node: Int, _ event: VolumeEvent) {
        guard let effects = nodes[node].engine?.handle(event, at: now) else { return }
        note("\(node) \(event)")
        for effect in effects { carryOut(node, effect) }
        observer?(self)
    }

    private func note(_ text: @autoclosure () -> String) {
        if isTracing { trace.append("\(now) \(text().prefix(300))") }
    }

    private func carryOut(_ node: Int, _ effect: VolumeEffect) {
        note("  \(node) -> \(effect)")
        switch effect {
        case .send(let packet, let payload): send(from: node, packet, payload)
        case .openConnection: nodes[node].wantsConnection = true
        case .dropConnection(_, let thenReconnect):
            close(by: node, keepingSent: false)
            nodes[node].wantsConnection = thenReconnect
            nodes[node].connectsFrom = now + .seconds(1)
        case .closeConnection:
            close(by: node, keepingSent: true)
            nodes[node].wantsConnection = false
        case .readDisk(let id, let range, let buffer):
            nodes[node].operations.append((id, .read(range, into: buffer)))
        case .writeDisk(let id, let range, let buffer, let fua):
            nodes[node].operations.append((id, .write(range, contents(node, buffer), fua: fua)))
        case .zeroDisk(let id, let range, _), .discardDisk(let id, let range):
            let zeroes = [UInt64](repeating: 0, count: TestDisk.blocks(of: range).count)
            nodes[node].operations.append((id, .write(range, zeroes, fua: false)))
        case .flushDisk(let id):
            nodes[node].operations.append((id, .flush(upTo: nodes[node].disk.sequence)))
        case .storeSuperblock(let id, let superblock): store(node, id, .superblock(superblock))
        case .storeBitmapPages(let id, let pages): store(node, id, .pages(pages))
        case .storeActivityLog(let id, let transaction): store(node, id, .log(transaction))
        case .clearActivityLog(let id): store(node, id, .clearLog)
        case .detachDisk: break
        case .completeRequest(let id, let result): complete(node, id, result)
        case .release(let buffer):
            #expect(nodes[node].buffers[buffer] != nil || buffer.isEngines, "\(buffer) is released twice")
            nodes[node].buffers[buffer] = nil
        case .deviceSizeChanged(let bytes): nodes[node].deviceBytes = bytes
        case .armTimer(let timer, let at): nodes[node].timers[timer] = at
        case .cancelTimer(let timer): nodes[node].timers[timer] = nil
        case .completeOrder(let id, let result):
            #expect(nodes[node].orderResults[id] == nil, "order \(id) is answered twice")
            nodes[node].orderResults[id] = result
        case .reportChanged: break
        case .log(let entry): nodes[node].log.append(entry)
        case .panic: nodes[node].hasPanicked = true
        case .stopped: nodes[node].hasStopped = true
        }
    }

    private func store(_ node: Int, _ id: MetadataWriteID, _ write: TestMetadataWrite) {
        nodes[node].metadataWrites.append((id, write, nodes[node].disk.sequence))
    }

    private func complete(_ node: Int, _ id: RequestID, _ result: RequestResult) {
        #expect(nodes[node].results[id] == nil, "request \(id) is answered twice")
        nodes[node].results[id] = result
        switch result {
        case .success: nodes[node].readContents[id] = nodes[node].buffers[.client(id.rawValue)]
        case .successWithData(let buffer): nodes[node].readContents[id] = nodes[node].buffers[buffer]
        case .failed: break
        }
        nodes[node].buffers[.client(id.rawValue)] = nil
    }

    private func contents(_ node: Int, _ buffer: BufferID) -> [UInt64] {
        guard let tokens = nodes[node].buffers[buffer] else {
            Issue.record("\(buffer) is used, but its engine does not hold it")
            return []
        }
        return tokens
    }

    private func send(from node: Int, _ packet: PeerPacket, _ payload: BufferID?) {
        nodes[node].sent.append(packet)
        #expect((payload != nil) == (packet.payloadBytes > 0), "\(packet) with payload \(String(describing: payload))")
        let message = Message(packet: packet, payload: payload.map { contents(node, $0) })
        guard inboxes?[1 - node].isOpen == true, inboxes?[1 - node].isClosing == false else { return }
        switch packet.socket {
        case .data: inboxes?[1 - node].data.append(message)
        case .meta: inboxes?[1 - node].meta.append(message)
        }
    }
}

extension BufferID {
    fileprivate var isEngines: Bool {
        if case .engine = self { true } else { false }
    }
}
