import CLinux
import ClusterModel
import LinuxIO
import Replication

/// Gives an engine its world: hands it events one by one and carries out all effects of one before the next.
///
/// Events are collected during a turn of the loop and handled at its end, so that what one turn brings leaves
/// together: one submission to the disks, one send to the peer, one to each client.
final class EngineHost<Engine: VolumeBrain> {
    /// Unused heap that is not worth the effort, bytes.
    private static var tolerableHeap: Int { 4 << 20 }

    private(set) var engine: Engine
    /// What clients see, in bytes; 0 while unknown.
    private(set) var deviceBytes: UInt64 = 0
    /// The unit of requests to the data device, in bytes.
    private(set) var logicalBlockSize = 512
    var server: NBDServer?

    private let loop: EventLoop
    private let observer: EngineObserver
    private let buffers = BufferTable()
    private var link: PeerLink?
    private var disk: DiskInterpreter?
    private var events: [VolumeEvent] = []
    private var nextEvent = 0
    private var willDrain = false
    private var timers: [VolumeTimer: TimerID] = [:]
    private var orders: [OrderID: (VolumeOrderResult) -> Void] = [:]
    private var lastOrder: UInt64 = 0

    init(_ engine: Engine, addresses: PeerAddresses, seed: UInt64, loop: EventLoop, observer: EngineObserver) {
        self.engine = engine
        self.loop = loop
        self.observer = observer
        link = PeerLink(addresses, seed: seed, loop: loop, log: observer.log) { [weak self] in self?.heard($0) }
    }

    // MARK: Events

    /// Hands an event to the engine at the end of this turn.
    func post(_ event: VolumeEvent) {
        events.append(event)
        guard !willDrain else { return }
        willDrain = true
        loop.perform { [weak self] in self?.drain() }
    }

    /// The disk is ready; the first event, or a late attach.
    func attach(_ disks: VolumeDisks, _ attached: AttachedDisk) {
        disk = DiskInterpreter(disks, layout: attached.layout) { [weak self] in self?.post($0) }
        logicalBlockSize = disks.data.logicalBlockSize
        post(.attached(attached))
    }

    /// Gives the engine an order; the answer comes when it is done or refused.
    func order(_ order: VolumeOrder, _ answer: @escaping (VolumeOrderResult) -> Void) {
        lastOrder += 1
        orders[OrderID(rawValue: lastOrder)] = answer
        post(.ordered(OrderID(rawValue: lastOrder), order))
    }

    /// Gives unused memory back to the system: for quiet times.
    func trim() {
        buffers.trim()
        link?.trim()
        server?.trim()
        clinux_trim_heap(Self.tolerableHeap)
    }

    private func heard(_ event: PeerLink.Event) {
        switch event {
        case .connected(let tieBreak, let features, let version):
            post(.connected(tieBreak: tieBreak, features: features, version: version))
        case .packet(let packet, let buffer):
            post(.packetReceived(packet, payload: buffer.map(buffers.adopt)))
        case .unreadable(let reason): post(.packetUnreadable(reason: reason))
        case .lost(let reason): post(.connectionLost(reason: reason))
        }
    }

    private func drain() {
        while nextEvent < events.count {
            let event = events[nextEvent]
            nextEvent += 1
            for effect in engine.handle(event, at: loop.now) { perform(effect) }
        }
        events.removeAll(keepingCapacity: true)
        nextEvent = 0
        willDrain = false
        link?.setReadingData(!buffers.isCrowded)
        observer.settled()
    }

    // MARK: Effects

    private func perform(_ effect: VolumeEffect) {
        switch effect {
        case .send, .openConnection, .dropConnection, .closeConnection:
            performOnLink(effect)
        case .readDisk, .writeDisk, .zeroDisk, .discardDisk, .flushDisk, .storeSuperblock, .storeBitmapPages,
            .storeActivityLog, .clearActivityLog, .detachDisk:
            performOnDisk(effect)
        case .completeRequest(let id, let result): complete(id, result)
        case .release(let id): buffers.release(id)
        case .deviceSizeChanged(let bytes): deviceBytes = bytes
        case .armTimer(let timer, let time): arm(timer, time)
        case .cancelTimer(let timer): timers.removeValue(forKey: timer).map(loop.cancel)
        case .completeOrder(let id, let result): orders.removeValue(forKey: id)?(result)
        case .reportChanged: observer.changed()
        case .log(let entry): observer.log(entry)
        case .panic(let reason): observer.panicked(reason)
        case .stopped: observer.stopped()
        }
    }

    private func performOnLink(_ effect: VolumeEffect) {
        switch effect {
        case .send(let packet, let payload):
            link?.send(packet, payload: payload.map { buffers.find($0, clients: server) })
        case .openConnection:
            link?.open()
        case .dropConnection(let reason, let thenReconnect):
            observer.log(VolumeLogEntry(level: .info, text: "connection closed: \(reason)"))
            link?.drop()
            withdrawPackets()
            if thenReconnect { link?.open() }
        case .closeConnection:
            link?.closeWhenSent()
            withdrawPackets()
        default:
            preconditionFailure("\(effect) is not for the peer")
        }
    }

    private func performOnDisk(_ effect: VolumeEffect) {
        guard let disk else { preconditionFailure("the engine has no disk, and wants \(effect)") }
        switch effect {
        case .readDisk(let id, let range, let buffer):
            disk.read(id, range, into: buffers.findOrMake(buffer, bytes: Int(range.length), clients: server))
        case .writeDisk(let id, let range, let buffer, let fua):
            disk.write(id, range, from: buffers.find(buffer, clients: server), fua: fua)
        case .zeroDisk(let id, let range, let mayUnmap): disk.zero(id, range, mayUnmap: mayUnmap)
        case .discardDisk(let id, let range): disk.discard(id, range)
        case .flushDisk(let id): disk.flush(id)
        case .storeSuperblock(let id, let superblock): disk.store(id, superblock)
        case .storeBitmapPages(let id, let pages): disk.store(id, pages)
        case .storeActivityLog(let id, let transaction): disk.store(id, transaction)
        case .clearActivityLog(let id): disk.clearActivityLog(id)
        case .detachDisk:
            disk.close()
            self.disk = nil
        default:
            preconditionFailure("\(effect) is not for the disk")
        }
    }

    /// What a connection that is gone still brought in this turn is not heard any more.
    private func withdrawPackets() {
        let waiting = events[nextEvent...]
        events.removeSubrange(nextEvent...)
        for event in waiting {
            switch event {
            case .connected, .packetUnreadable, .connectionLost, .packetReceived(_, payload: nil): break
            case .packetReceived(_, .some(let payload)): buffers.release(payload)
            default: events.append(event)
            }
        }
    }

    private func complete(_ id: RequestID, _ result: RequestResult) {
        guard case .successWithData(let buffer) = result else { return server?.complete(id, result) ?? () }
        server?.complete(id, result, data: buffers.find(buffer, clients: server))
    }

    private func arm(_ timer: VolumeTimer, _ time: Instant) {
        if let old = timers[timer] { loop.cancel(old) }
        timers[timer] = loop.schedule(at: time) { [weak self] in
            self?.timers[timer] = nil
            self?.post(.timerFired(timer))
        }
    }
}
