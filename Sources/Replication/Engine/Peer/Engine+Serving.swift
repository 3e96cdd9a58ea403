import ClusterModel

/// Reads for a peer without good data of its own (P_DATA_REQUEST).
extension VolumeEngine {
    mutating func readRequested(_ request: BlockRequest) {
        guard local != nil, state.disk == .upToDate else {
            return send(.negativeDataReply(BlockAck(range: request.range, blockID: request.blockID)))
        }
        let number = takeNumber()
        peerReads[number] = request
        tally.unacknowledged += 1
        tally.diskRead += request.range.length >> 10
        effects.append(.readDisk(issue(.peerRead(number)), request.range, into: .engine(number)))
    }

    mutating func peerReadCompleted(_ number: UInt64, _ result: DiskResult) {
        defer { effects.append(.release(.engine(number))) }
        // Gone where its connection ended meanwhile.
        guard let request = peerReads.removeValue(forKey: number) else { return }
        tally.unacknowledged -= 1
        answer(request, .engine(number), result)
    }

    private mutating func answer(_ request: BlockRequest, _ buffer: BufferID, _ result: DiskResult) {
        switch result {
        case .success:
            tally.networkSent += request.range.length >> 10
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
