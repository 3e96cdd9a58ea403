import ClusterModel

/// The peer's writes: on the own disk in the order of arrival per block, answered each, flushed by epoch.
extension VolumeEngine {
    mutating func peerWriteReceived(_ packet: DataPacket, _ payload: BufferID) {
        take(PeerWrite.Kind.data(payload), packet.range, packet.blockID, packet.flags)
    }

    mutating func peerTrimReceived(_ packet: TrimPacket, isZeroes: Bool) {
        let speaksZeroes = session?.features.contains(.writeZeroes) ?? false
        let kind: PeerWrite.Kind =
            isZeroes
            ? .zeroes(mayUnmap: packet.flags.contains(.discard))
            // Without the feature a trim has to read as zeroes afterwards.
            : speaksZeroes ? .discard : .zeroes(mayUnmap: true)
        take(kind, packet.range, packet.blockID, packet.flags)
    }

    private mutating func take(_ kind: PeerWrite.Kind, _ range: ByteRange, _ id: BlockID, _ flags: DataFlags) {
        tally.networkReceived += range.length >> 10
        tally.unacknowledged += 1
        let write = PeerWrite(
            session: session?.number ?? 0, kind: kind, range: range, blockID: id, flags: flags, epoch: received.add())
        guard local != nil, state.disk >= .inconsistent else { return refuse(write) }
        if flags.contains(.sendReceiveAck) { sendAck(write) { .receiveAck($0) } }
        admit(write)
    }

    /// The source's answer to a resync request.
    mutating func admit(_ write: PeerWrite) {
        let number = takeNumber()
        peerWrites[number] = write
        guard peerRanges.admit(number, write.range) else { return }
        beginPeerWrite(number)
    }

    private mutating func beginPeerWrite(_ number: UInt64) {
        // While the peer has no disk, this one holds the only copy, and keeps the log for it.
        if state.peerDisk < .inconsistent, !peerWrite(number).isResync {
            let range = peerWrite(number).range
            local?.bitmap.set(range)
            enterLog(.peerWrite(number))
        } else {
            submitPeerWrite(number)
        }
    }

    func peerWrite(_ number: UInt64) -> PeerWrite {
        guard let write = peerWrites[number] else { preconditionFailure("the peer's write \(number) is not known") }
        return write
    }

    mutating func submitPeerWrite(_ number: UInt64) {
        let write = peerWrite(number)
        guard local != nil else { return peerWriteCompleted(number, .failed(errno: ClientError.io)) }
        tally.diskWritten += write.range.length >> 10
        let operation = issue(.peerWrite(number))
        switch write.kind {
        case .data(let buffer):
            let isForced = write.flags.contains(.fua)
            effects.append(.writeDisk(operation, write.range, from: buffer, fua: isForced))
        case .resync(let buffer): effects.append(.writeDisk(operation, write.range, from: buffer, fua: false))
        case .zeroes(let mayUnmap): effects.append(.zeroDisk(operation, write.range, mayUnmap: mayUnmap))
        case .resyncZeroes: effects.append(.zeroDisk(operation, write.range, mayUnmap: true))
        case .discard: effects.append(.discardDisk(operation, write.range))
        }
    }

    mutating func peerWriteCompleted(_ number: UInt64, _ result: DiskResult) {
        let write = peerWrite(number)
        if result == .success, mustFlush(write) {
            peerWrites[number]?.isFlushing = true
            effects.append(.flushDisk(issue(.peerWrite(number))))
            return
        }
        peerWrites[number] = nil
        if result != .success { local?.bitmap.set(write.range) }
        if isCurrent(write.session) { answer(write, result) }
        if let buffer = write.buffer { effects.append(.release(buffer)) }
        if write.holdsLog { leaveLog(write.range) }
        for next in peerRanges.remove(number) { beginPeerWrite(next) }
        flushEpochsIfDue()
        if peerWrites.isEmpty { settleLeftovers() }
    }

    private func mustFlush(_ write: PeerWrite) -> Bool {
        guard !write.isFlushing, write.flags.contains(.fua) else { return false }
        switch write.kind {
        case .zeroes: return true
        case .data, .discard, .resync, .resyncZeroes: return false
        }
    }

    private mutating func answer(_ write: PeerWrite, _ result: DiskResult) {
        guard !write.isResync else { return resyncBlockWritten(write, result) }
        tally.unacknowledged -= 1
        if let epoch = write.epoch { received.finish(epoch) }
        guard result == .success else { return sendAck(write) { .negativeAck($0) } }
        if write.flags.contains(.maySetInSync), state.isSyncTarget || state.isSyncSource {
            local?.bitmap.clear(write.range)
            sendAck(write) { .resyncWriteAck($0) }
            continueResync()
        } else if write.flags.contains(.sendWriteAck) {
            sendAck(write) { .writeAck($0) }
        }
    }

    private mutating func refuse(_ write: PeerWrite) {
        tally.unacknowledged -= 1
        if let epoch = write.epoch { received.finish(epoch) }
        sendAck(write) { .negativeAck($0) }
        if let buffer = write.buffer { effects.append(.release(buffer)) }
        flushEpochsIfDue()
    }

    mutating func sendAck(_ write: PeerWrite, _ packet: (BlockAck) -> PeerPacket) {
        let sequence = session?.nextSequence() ?? 0
        send(packet(BlockAck(range: write.range, blockID: write.blockID, sequence: sequence)))
    }

    // MARK: Epochs

    mutating func barrierReceived(_ packet: BarrierPacket) {
        received.close(handle: packet.handle)
        flushEpochsIfDue()
    }

    private mutating func flushEpochsIfDue() {
        guard let session, received.beginFlush() else { return }
        guard local != nil else { return epochsFlushed() }
        effects.append(.flushDisk(issue(.epochFlush(session: session.number))))
    }

    mutating func epochsFlushed() {
        for ack in received.endFlush() { send(.barrierAck(ack)) }
        flushEpochsIfDue()
    }

    // MARK: After a lost connection

    /// The connection is gone. What the peer wrote over it is finished and flushed before the next one is greeted:
    /// a Primary that finds this node as it left it counts its acknowledged writes as stable here.
    mutating func interruptPeerWrites() {
        tally.unacknowledged = 0
        received.restart()
        if peerWrites.isEmpty { settleLeftovers() }
    }

    var hasLeftovers: Bool { received.hasUnflushed || !peerWrites.isEmpty }

    private mutating func settleLeftovers() {
        guard session == nil || session?.isGreeted == false, !isFlushingLeftovers else { return }
        guard received.hasUnflushed, local != nil else { return leftoversSettled() }
        isFlushingLeftovers = true
        effects.append(.flushDisk(issue(.leftoverFlush)))
    }

    mutating func leftoversSettled() {
        isFlushingLeftovers = false
        received.settleLeftovers()
        greetIfReady()
    }
}
