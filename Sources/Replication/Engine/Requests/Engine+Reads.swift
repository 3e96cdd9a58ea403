import ClusterModel

/// A client's read: from the own disk where its blocks are current, else from the peer (drbd-8.4 reads).
extension VolumeEngine {
    mutating func beginRead(_ id: RequestID, _ range: ByteRange) {
        let number = takeNumber()
        requests.reads[number] = ClientRead(request: id, range: range)
        if isCurrentHere(range) {
            tally.diskRead += range.length >> 10
            effects.append(.readDisk(issue(.clientRead(number)), range, into: .client(id.rawValue)))
        } else {
            readFromPeer(number)
        }
    }

    /// Whether the own disk holds the newest contents of the range.
    private func isCurrentHere(_ range: ByteRange) -> Bool {
        guard let local else { return false }
        return state.disk == .upToDate || state.disk == .inconsistent && local.bitmap.isClear(range)
    }

    private mutating func readFromPeer(_ number: UInt64) {
        guard let read = requests.reads[number] else { preconditionFailure("read \(number) is not known") }
        guard state.isConnected, state.peerDisk == .upToDate else {
            return finishRead(number, .failed(errno: ClientError.io))
        }
        requests.reads[number]?.isAtPeer = true
        tally.peerPending += 1
        send(.dataRequest(BlockRequest(range: read.range, blockID: BlockID(rawValue: number))))
    }

    mutating func clientReadCompleted(_ number: UInt64, _ result: DiskResult) {
        guard let read = requests.reads[number] else { preconditionFailure("read \(number) is not known") }
        switch result {
        case .success: finishRead(number, .success)
        case .failed:
            local?.bitmap.set(read.range)
            readFromPeer(number)
        }
    }

    mutating func readAnswered(_ packet: DataPacket, _ payload: BufferID) {
        tally.networkReceived += packet.range.length >> 10
        if let number = awaitedRead(packet.range, packet.blockID) { finishRead(number, .successWithData(payload)) }
        effects.append(.release(payload))
    }

    mutating func readRefused(_ ack: BlockAck) {
        guard let number = awaitedRead(ack.range, ack.blockID) else { return }
        finishRead(number, .failed(errno: ClientError.io))
    }

    private mutating func awaitedRead(_ range: ByteRange, _ id: BlockID) -> UInt64? {
        guard let read = requests.reads[id.rawValue], read.isAtPeer, read.range == range else {
            protocolError("an answer for \(range) names no read under way")
            return nil
        }
        tally.peerPending -= 1
        session?.hasProgress = true
        return id.rawValue
    }

    private mutating func finishRead(_ number: UInt64, _ result: RequestResult) {
        guard let read = requests.reads.removeValue(forKey: number) else {
            preconditionFailure("read \(number) is not known")
        }
        complete(read.request, result)
    }

    /// The connection is gone: its answers will not come.
    mutating func interruptReads() {
        for number in requests.reads.keys.sorted() where requests.reads[number]?.isAtPeer == true {
            tally.peerPending -= 1
            finishRead(number, .failed(errno: ClientError.io))
        }
    }
}
