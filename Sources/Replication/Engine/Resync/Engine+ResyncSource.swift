import ClusterModel

/// The sending side of a resync.
extension VolumeEngine {
    /// Both bitmaps are one. The sync UUID is on stable storage before the target hears it (drbd-8.4 resync, start).
    mutating func prepareSync() {
        session?.bitmapReceiver = nil
        guard let generations = local?.generations, let session else { return }
        let isUsable = generations.bitmap.isSome && !generations.bitmap.matches(.justCreated)
        let next = isUsable ? generations.bitmap.resyncSuccessor : .fresh(random: random.next())
        local?.generations.setBitmap(next)
        storeChangedBitmapPages()
        storeSuperblock()
        after(.syncSourceBegins(session: session.number))
    }

    mutating func syncSourceBegins() {
        guard state.connection == .waitForBitmapSource || state.connection == .startingSyncSource else { return }
        beginResyncCount()
        send(.syncUUID(local?.generations.bitmap.rawValue ?? 0))
        change { $0.connection = .syncSource }
        log(.info, "resync begins: \(local?.bitmap.setBytes ?? 0) bytes go to the peer")
    }

    mutating func beginResyncCount() {
        resyncTotal = local?.bitmap.setBytes
        resyncFailedBlocks = 0
        effects.append(.armTimer(.bitmapWrite, at: now + settings.bitmapInterval))
    }

    // MARK: Requests of the target

    /// The block is read only while no write of it is under way, and new writes of it wait until it is sent: so "read,
    /// send" and "write, send" have one order (drbd-8.4 resync against application writes).
    mutating func resyncDataRequested(_ request: BlockRequest) {
        guard request.blockID == .syncer else { return protocolError("a resync request with a block id") }
        guard local != nil, state.disk == .upToDate, state.isSyncSource else { return refuseResync(request.range) }
        let number = takeNumber()
        resyncReads[number] = ResyncRead(session: session?.number ?? 0, range: request.range)
        tally.unacknowledged += 1
        if ranges.admit(.resyncRead(number), request.range, isShared: true) { submitResyncRead(number) }
    }

    private mutating func refuseResync(_ range: ByteRange) {
        send(.negativeResyncDataReply(BlockAck(range: range, blockID: .syncer)))
    }

    mutating func submitResyncRead(_ number: UInt64) {
        guard let read = resyncReads[number] else { preconditionFailure("resync read \(number) is not known") }
        guard local != nil else { return resyncReadCompleted(number, .failed(errno: ClientError.io)) }
        tally.diskRead += read.range.length >> 10
        effects.append(.readDisk(issue(.resyncRead(number)), read.range, into: .engine(number)))
    }

    mutating func resyncReadCompleted(_ number: UInt64, _ result: DiskResult) {
        defer { effects.append(.release(.engine(number))) }
        // Gone where the resync ended meanwhile.
        guard let read = resyncReads.removeValue(forKey: number) else { return }
        tally.unacknowledged -= 1
        switch result {
        case .success:
            tally.networkSent += read.range.length >> 10
            let sequence = session?.nextSequence() ?? 0
            send(
                .resyncDataReply(DataPacket(range: read.range, blockID: .syncer, sequence: sequence)),
                payload: .engine(number))
        case .failed:
            countFailed(read.range)
            refuseResync(read.range)
        }
        releaseRange(.resyncRead(number))
    }

    private mutating func countFailed(_ range: ByteRange) {
        resyncFailedBlocks += MetadataUnits.roundedUpQuotient(range.length, MetadataUnits.bitmapBlock)
    }

    mutating func resyncBlockAcknowledged(_ ack: BlockAck, isWritten: Bool) {
        guard state.isResyncing else { return }
        if isWritten {
            local?.bitmap.clear(ack.range)
        } else {
            countFailed(ack.range)
        }
        checkResyncEnd()
    }

    // MARK: The end

    /// The target says that it has everything. The last bits may be those of writes that only the own disk owes.
    mutating func resyncEndReported() {
        session?.isResyncEndDue = true
        checkResyncEnd()
    }

    mutating func checkResyncEnd() {
        guard session?.isResyncEndDue == true, state.isSyncSource, let local else { return }
        if local.bitmap.setCount <= resyncFailedBlocks { return finishAsSource() }
        // Nothing more will clear them: compare once more, which finds this node ahead of the target.
        guard requests.incompleteWrites == 0 else { return }
        dropConnection("the target has ended the resync with \(local.bitmap.setBytes) bytes to go")
    }

    private mutating func finishAsSource() {
        session?.isResyncEndDue = false
        ping(then: .none)
        local?.generations.clearBitmap()
        endResyncHere()
        change {
            $0.connection = .connected
            $0.peerDisk = .upToDate
        }
        storeChangedBitmapPages()
        storeSuperblockIfChanged()
        log(.info, "resync ended: both copies are equal")
    }

    /// The target gave up with blocks that could not be read or written.
    mutating func resyncFailureReported() {
        log(.warning, "resync ended with \(local?.bitmap.setBytes ?? 0) bytes still different")
        endResyncHere()
        change { $0.connection = .connected }
    }

    /// Resync of either direction is over or cannot go on: forget what was under way.
    mutating func endResyncHere() {
        if resyncTotal != nil { effects.append(.cancelTimer(.bitmapWrite)) }
        resyncTotal = nil
        endTarget()
        let reads = resyncReads.keys.sorted()
        tally.unacknowledged -= min(tally.unacknowledged, UInt64(reads.count))
        resyncReads = [:]
        for number in reads where ranges.contains(.resyncRead(number)) { releaseRange(.resyncRead(number)) }
    }

    mutating func bitmapTimerFired() {
        guard resyncTotal != nil else { return }
        storeChangedBitmapPages()
        effects.append(.reportChanged)
        effects.append(.armTimer(.bitmapWrite, at: now + settings.bitmapInterval))
    }
}
