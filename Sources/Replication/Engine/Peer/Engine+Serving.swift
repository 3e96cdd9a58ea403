import ClusterModel

/// Reads for a peer without good data of its own (P_DATA_REQUEST).
extension VolumeEngine {
    mutating func readRequested(_ request: BlockRequest) {
        guard local != nil, state.disk == .upToDate else {
            return send(.negativeDataReply(BlockAck(range: request.range, blockID: request.blockID)))
        }
        let number = takeNumber()
        peerReads[number] = PeerRead(session: session?.number ?? 0, request: request)
        counters.unacknowledged += 1
        counters.diskRead += request.range.length >> 10
        effects.append(.readDisk(issue(.peerRead(number)), request.range, into: .engine(number)))
    }

    mutating func peerReadCompleted(_ number: UInt64, _ result: DiskResult) {
        guard let read = peerReads.removeValue(forKey: number) else {
            preconditionFailure("the peer's read \(number) is not known")
        }
        if isCurrent(read.session) {
            counters.unacknowledged -= 1
            answer(read, .engine(number), result)
        }
        effects.append(.release(.engine(number)))
    }

    private mutating func answer(_ read: PeerRead, _ buffer: BufferID, _ result: DiskResult) {
        let request = read.request
        switch result {
        case .success:
            counters.networkSent += request.range.length >> 10
            let sequence = session?.nextSequence() ?? 0
            send(
                .dataReply(DataPacket(range: request.range, blockID: request.blockID, sequence: sequence)),
                payload: buffer)
        case .failed:
            local?.bitmap.set(request.range)
            send(.negativeDataReply(BlockAck(range: request.range, blockID: request.blockID)))
        }
    }
}

/// A read for the peer.
struct PeerRead: Hashable, Sendable {
    let session: UInt64
    let request: BlockRequest
}
