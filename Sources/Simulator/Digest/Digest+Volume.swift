import ClusterModel
import Replication

extension Digest {
    mutating func add(_ event: VolumeEvent) {
        switch event {
        case .attached(let disk):
            add(201)
            add(disk.superblock.generations.current.rawValue)
            add(UInt64(disk.superblock.flags.rawValue))
        case .attachFailed:
            add(202)
        case .clientRequested(let id, let operation):
            add(203)
            add(id.rawValue)
            add(operation)
        case .clientGone(let ids):
            add(204)
            add(ids.count)
        case .deviceOpened(let clients):
            add(205)
            add(clients)
        case .deviceClosed(let clients):
            add(206)
            add(clients)
        case .diskCompleted(let id, let result):
            add(207)
            add(id.rawValue)
            add(result == .success)
        case .metadataStored(let id, let result):
            add(208)
            add(id.rawValue)
            add(result == .success)
        case .connected(let tieBreak, let features, let version):
            add(209)
            add(tieBreak)
            add(UInt64(features.rawValue))
            add(UInt64(version))
        case .packetReceived(let packet, _):
            add(210)
            add(packet)
        case .packetUnreadable:
            add(211)
        case .connectionLost(let reason):
            add(212)
            add(reason)
        case .timerFired(let timer):
            add(213)
            add(UInt64(timer.rawValue))
        case .ordered(let id, let order):
            add(214)
            add(id.rawValue)
            add(order)
        case .stopRequested:
            add(215)
        }
    }

    mutating func add(_ effect: VolumeEffect) {
        switch effect {
        case .send(let packet, _):
            add(301)
            add(packet)
        case .openConnection:
            add(302)
        case .dropConnection(let reason, let reconnects):
            add(303)
            add(reason)
            add(reconnects)
        case .closeConnection:
            add(304)
        case .readDisk(let id, let range, _):
            add(305)
            add(id.rawValue)
            add(range)
        case .writeDisk(let id, let range, _, let fua):
            add(306)
            add(id.rawValue)
            add(range)
            add(fua)
        case .zeroDisk(let id, let range, _):
            add(307)
            add(id.rawValue)
            add(range)
        case .discardDisk(let id, let range):
            add(308)
            add(id.rawValue)
            add(range)
        case .flushDisk(let id):
            add(309)
            add(id.rawValue)
        case .storeSuperblock(let id, let superblock):
            add(310)
            add(id.rawValue)
            add(superblock.generations.current.rawValue)
            add(UInt64(superblock.flags.rawValue))
        case .storeBitmapPages(let id, let pages):
            add(311)
            add(id.rawValue)
            add(pages.count)
        case .storeActivityLog(let id, let transaction):
            add(312)
            add(id.rawValue)
            add(UInt64(transaction.number))
        case .clearActivityLog(let id):
            add(313)
            add(id.rawValue)
        case .detachDisk:
            add(314)
        case .completeRequest(let id, let result):
            add(315)
            add(id.rawValue)
            if case .failed(let errno) = result { add(Int(errno)) }
        case .release:
            add(316)
        case .deviceSizeChanged(let bytes):
            add(317)
            add(bytes)
        case .armTimer(let timer, let time):
            add(318)
            add(UInt64(timer.rawValue))
            add(Int(time.nanoseconds))
        case .cancelTimer(let timer):
            add(319)
            add(UInt64(timer.rawValue))
        case .completeOrder(let id, let result):
            add(320)
            add(id.rawValue)
            add(result == .done)
        case .reportChanged:
            add(321)
        case .log(let entry):
            add(322)
            add(entry.text)
        case .panic(let reason):
            add(323)
            add(reason)
        case .stopped:
            add(324)
        }
    }

    mutating func add(_ report: VolumeReport) {
        let flags = (report.isPrimary ? 1 : 0) | (report.isFrozen ? 2 : 0) | (report.isSplitBrain ? 4 : 0)
        add(flags << 24 | Int(report.copy.rawValue) << 16 | Int(report.peerCopy.rawValue) << 8)
        add(UInt64(report.replication.rawValue))
        add(report.generation)
        add(report.outOfSyncBytes)
    }

    mutating func add(_ order: VolumeOrder) {
        switch order {
        case .promote(let basis): add(1 + Int(basis.rawValue) * 256)
        case .demote: add(2)
        case .resumePeerOutdated: add(3)
        case .resumePeerDead: add(4)
        case .abandonFrozenWrites: add(5)
        case .outdate: add(6)
        case .connect: add(7)
        case .connectDiscardingMyData: add(8)
        case .disconnect: add(9)
        case .declareUpToDate: add(10)
        case .invalidate: add(11)
        case .pauseResync: add(12)
        case .resumeResync: add(13)
        }
    }

    private mutating func add(_ packet: PeerPacket) {
        add(UInt64(packet.command.rawValue))
        if let range = packet.range { add(range) }
        if case .state(let word) = packet {
            add(Int(word.role.rawValue) << 16 | Int(word.connection.rawValue) << 8 | Int(word.disk.rawValue))
        }
    }

    private mutating func add(_ range: ByteRange) {
        add(range.offset)
        add(range.length)
    }

    private mutating func add(_ operation: ClientOperation) {
        switch operation {
        case .read(let range):
            add(1)
            add(range)
        case .write(let range, let fua):
            add(fua ? 2 : 3)
            add(range)
        case .flush:
            add(4)
        case .trim(let range):
            add(5)
            add(range)
        case .writeZeroes(let range, _, _):
            add(6)
            add(range)
        }
    }
}
