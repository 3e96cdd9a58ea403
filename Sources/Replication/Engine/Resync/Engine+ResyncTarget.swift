import ClusterModel

/// The receiving side of a resync: it asks for what is out of sync, block by block.
extension VolumeEngine {
    /// The source has recorded the generation this copy holds while it is being overwritten.
    mutating func syncUUIDReceived(_ uuid: UInt64) {
        guard state.connection != .startingSyncTarget else {
            session?.earlySyncUUID = uuid
            return
        }
        guard state.connection == .waitForSyncUUID, let session else {
            return protocolError("P_SYNC_UUID came in state \(state.connection)")
        }
        local?.generations.setCurrent(GenerationUUID(rawValue: uuid), role: state.role)
        local?.generations.bitmap = .none
        change { $0.disk = .inconsistent }
        // The source forgets its bits as blocks are acknowledged, so ours must be on disk before.
        storeChangedBitmapPages()
        storeSuperblockIfChanged()
        after(.syncTargetBegins(session: session.number))
    }

    mutating func syncTargetBegins() {
        guard state.connection == .waitForSyncUUID else { return }
        change { $0.connection = .syncTarget }
        target = ResyncTarget()
        if let rate = settings.resyncRate { startPacing(rate) }
        beginResyncCount()
        log(.info, "resync begins: \(local?.bitmap.setBytes ?? 0) bytes come from the peer")
        continueResync()
    }

    // MARK: Asking

    private static var pace: Duration { .milliseconds(100) }

    private mutating func startPacing(_ rate: UInt64) {
        // One block at least, or it never ends.
        target?.allow(max(rate / 10, MetadataUnits.bitmapBlock))
        effects.append(.armTimer(.resyncPace, at: now + Self.pace))
    }

    mutating func resyncPaceFired() {
        guard target != nil, let rate = settings.resyncRate else { return }
        startPacing(rate)
        continueResync()
    }

    /// Asks for more, as far as window and rate allow; notices the end.
    mutating func continueResync() {
        guard state.connection == .syncTarget, target != nil else { return }
        while mayAsk, let bitmap = local?.bitmap, let range = target?.next(in: bitmap) {
            target?.begin(range)
            if ranges.admit(.resyncRequest(range.offset), range) { sendResyncRequest(range.offset) }
        }
        checkTargetEnd()
    }

    private var mayAsk: Bool {
        guard let target else { return false }
        return target.bytesUnderWay < settings.resyncWindow && target.isWithinRate
    }

    mutating func sendResyncRequest(_ offset: UInt64) {
        guard let range = target?.markSent(offset) else { preconditionFailure("nothing is requested at \(offset)") }
        tally.peerPending += 1
        send(.resyncDataRequest(BlockRequest(range: range, blockID: .syncer)))
    }

    // MARK: Answers

    mutating func resyncDataReceived(_ packet: DataPacket, _ payload: BufferID) {
        tally.networkReceived += packet.range.length >> 10
        guard packet.blockID == .syncer, takeAnswer(packet.range) else {
            effects.append(.release(payload))
            return
        }
        admitResyncBlock(.resync(payload), packet.range)
    }

    mutating func resyncZeroesReceived(_ packet: BlockDescription) {
        if takeAnswer(packet.range) { admitResyncBlock(.resyncZeroes, packet.range) }
    }

    private mutating func admitResyncBlock(_ kind: PeerWrite.Kind, _ range: ByteRange) {
        tally.unacknowledged += 1
        admit(
            PeerWrite(
                session: session?.number ?? 0, kind: kind, range: range, blockID: .syncer, flags: [], epoch: nil))
    }

    private mutating func takeAnswer(_ range: ByteRange) -> Bool {
        guard target?.takeAnswer(range) == true else {
            protocolError("resync data of \(range) were not asked for")
            return false
        }
        tally.peerPending -= 1
        session?.hasProgress = true
        return true
    }

    mutating func resyncRefused(_ ack: BlockAck) {
        guard takeAnswer(ack.range) else { return }
        finishRequest(ack.range, isWritten: false)
    }

    mutating func resyncBlockWritten(_ write: PeerWrite, _ result: DiskResult) {
        tally.unacknowledged -= 1
        // Gone where the resync ended meanwhile.
        guard target?.requests[write.range.offset]?.range == write.range else { return }
        let isWritten = result == .success
        sendAck(write) { isWritten ? .resyncWriteAck($0) : .negativeAck($0) }
        finishRequest(write.range, isWritten: isWritten)
    }

    private mutating func finishRequest(_ range: ByteRange, isWritten: Bool) {
        if isWritten {
            local?.bitmap.clear(range)
        } else {
            resyncFailedBlocks += MetadataUnits.roundedUpQuotient(range.length, MetadataUnits.bitmapBlock)
        }
        target?.finish(range.offset)
        releaseRange(.resyncRequest(range.offset))
        continueResync()
    }

    // MARK: The end

    private mutating func checkTargetEnd() {
        guard let local, let target, target.isIdle, !target.isEnding else { return }
        guard local.bitmap.setCount <= resyncFailedBlocks else {
            // Marked behind the place that was reached: go round again, if the rate lets.
            guard mayAsk else { return }
            var again = target
            again.startOver()
            resyncFailedBlocks = 0
            self.target = again
            return continueResync()
        }
        self.target?.isEnding = true
        // Its answer shows that the source has all acknowledgements.
        ping(then: .finishAsTarget)
    }

    mutating func finishAsTarget() {
        guard target != nil, let local else { return }
        guard state.isSyncTarget, local.bitmap.setCount <= resyncFailedBlocks, target?.isIdle == true else {
            target?.isEnding = false
            return continueResync()
        }
        let isComplete = resyncFailedBlocks == 0
        if isComplete { takeOverGenerations() }
        endResyncHere()
        change {
            $0.connection = .connected
            if isComplete { $0.disk = .upToDate }
        }
        storeChangedBitmapPages()
        storeSuperblockIfChanged()
        after(.syncTargetFinished(session: session?.number ?? 0))
    }

    /// drbd-8.4 resync, end: this copy becomes the source's generation, with the source's past.
    private mutating func takeOverGenerations() {
        guard let peer = session?.peerUUIDs, var own = local?.generations else { return }
        own.bitmap = GenerationUUID(rawValue: peer.bitmap)
        own.historyStart = GenerationUUID(rawValue: peer.historyStart)
        own.historyEnd = GenerationUUID(rawValue: peer.historyEnd)
        own.setBitmap(own.current)
        own.setCurrent(GenerationUUID(rawValue: peer.current), role: state.role)
        own.clearBitmap()
        local?.generations = own
        self.session?.peerUUIDs?.generations = own
    }

    /// This copy is recorded as current: the source may count on it.
    mutating func syncTargetFinished() {
        announceState()
        if state.disk == .upToDate {
            log(.info, "resync ended: both copies are equal")
        } else {
            log(.warning, "resync ended with \(local?.bitmap.setBytes ?? 0) bytes still different")
        }
    }

    mutating func endTarget() {
        guard let ended = target else { return }
        target = nil
        if settings.resyncRate != nil { effects.append(.cancelTimer(.resyncPace)) }
        for offset in ended.offsets {
            guard let request = ended.requests[offset] else { continue }
            if request.isSent, !request.isAnswered { tally.peerPending -= 1 }
            releaseRange(.resyncRequest(offset))
        }
    }
}
