import ClusterModel

/// A client's write, from acceptance to the two disks (drbd-8.4 a write, protocol C; activity log ordering rules).
extension VolumeEngine {
    mutating func beginWrite(_ id: RequestID, _ kind: ClientWrite.Kind, _ range: ByteRange) {
        let number = takeNumber()
        requests.writes[number] = ClientWrite(request: id, kind: kind, range: range)
        requests.incompleteWrites += 1
        if ranges.admit(.write(number), range) { enterLog(.write(number)) }
    }

    /// Rule 1: the extents must be in the log on stable storage first.
    mutating func enterLog(_ token: LogWaits.Token) {
        guard local != nil else { return start(token) }
        // Those that wait for a slot go first, lest a stream of hot writes starves them.
        guard logWaits.starved.isEmpty else { return logWaits.starve(token) }
        if !tryLog(token) { starveForLog(token) }
    }

    /// False where no slot is free.
    private mutating func tryLog(_ token: LogWaits.Token) -> Bool {
        let range = range(of: token)
        guard let admission = local?.log.begin(range) else { return false }
        switch admission {
        case .hot:
            markHoldsLog(token)
            start(token)
        case .afterTransaction(let number):
            markHoldsLog(token)
            logWaits.wait(token, forTransaction: number)
            writeLog()
        case .mustWait: return false
        }
        return true
    }

    private mutating func starveForLog(_ token: LogWaits.Token) {
        logWaits.starve(token)
        closeEpochIfStarved()
    }

    /// Slots are held until epochs are acknowledged (rule 4): where writes wait for slots, an epoch does not wait for
    /// its time.
    mutating func closeEpochIfStarved() {
        if !logWaits.starved.isEmpty, sent.youngestClosed == nil { closeEpoch() }
    }

    private func range(of token: LogWaits.Token) -> ByteRange {
        switch token {
        case .write(let number): write(number).range
        case .peerWrite(let number): peerWrite(number).range
        }
    }

    private mutating func markHoldsLog(_ token: LogWaits.Token) {
        switch token {
        case .write(let number): requests.writes[number]?.holdsLog = true
        case .peerWrite(let number): peerWrites[number]?.holdsLog = true
        }
    }

    private mutating func start(_ token: LogWaits.Token) {
        switch token {
        case .write(let number): startWrite(number)
        case .peerWrite(let number): submitPeerWrite(number)
        }
    }

    func write(_ number: UInt64) -> ClientWrite {
        guard let write = requests.writes[number] else { preconditionFailure("write \(number) is not known") }
        return write
    }

    // MARK: The activity log

    /// Writes the next transaction. Rule 2: the bitmap pages of the extents that leave come first.
    private mutating func writeLog() {
        guard let order = local?.log.takeTransaction() else { return }
        storeBitmapPages(order.bitmapPages.filter { local?.bitmap.isChanged(page: $0) ?? false })
        tally.activityLogWrites += 1
        effects.append(.storeActivityLog(metadata.issue(), order.transaction))
        after(.activityLog)
    }

    mutating func activityLogStored() {
        guard let number = local?.log.transactionStored() else { return }
        for token in logWaits.transactionStored(number) { start(token) }
        feedStarved()
        writeLog()
    }

    /// A request's extents are no longer needed in the log.
    mutating func leaveLog(_ range: ByteRange) {
        guard let freed = local?.log.end(range), freed else { return }
        feedStarved()
    }

    private mutating func feedStarved() {
        while let next = logWaits.starved.first {
            // Taken off first: starting it may end here again.
            guard tryLogOfFirst(next) else { return }
        }
    }

    private mutating func tryLogOfFirst(_ token: LogWaits.Token) -> Bool {
        let range = range(of: token)
        guard let admission = local?.log.begin(range) else { return false }
        if admission == .mustWait { return false }
        _ = logWaits.popStarved()
        markHoldsLog(token)
        switch admission {
        case .hot: start(token)
        case .afterTransaction(let number):
            logWaits.wait(token, forTransaction: number)
            writeLog()
        case .mustWait: break
        }
        return true
    }

    /// The disk is gone, and the log with it: those that waited go on without.
    mutating func abandonLogWaits() {
        for token in logWaits.abandon() { start(token) }
    }

    // MARK: Submitting

    private mutating func startWrite(_ number: UInt64) {
        let write = write(number)
        requests.writes[number]?.isStarted = true
        let isReachable = state.disk == .upToDate || state.isMirroring && state.peerDisk == .upToDate
        guard isReachable else { return updateWrite(number) }
        if state.isMirroring {
            sendWrite(number)
        } else if state.isFrozen {
            requests.writes[number]?.there = .interrupted
            requests.interrupted.append(number)
        } else {
            markOutOfSync(write.range)
        }
        submit(number, write)
    }

    private mutating func submit(_ number: UInt64, _ write: ClientWrite) {
        guard local != nil, state.disk >= .inconsistent else { return releaseRange(.write(number)) }
        requests.writes[number]?.here = .pending
        tally.diskWritten += write.range.length >> 10
        let operation = issue(.clientWrite(number))
        switch write.kind {
        case .data(let fua):
            effects.append(.writeDisk(operation, write.range, from: .client(write.request.rawValue), fua: fua))
        // Discarded blocks read as anything, and not as the same on both disks: so a trim zeroes.
        case .trim: effects.append(.zeroDisk(operation, write.range, mayUnmap: true))
        case .zeroes(let mayUnmap, _): effects.append(.zeroDisk(operation, write.range, mayUnmap: mayUnmap))
        }
    }

    /// The write is written here only. While bitmaps are exchanged the target hears of it.
    private mutating func markOutOfSync(_ range: ByteRange) {
        guard let added = local?.bitmap.set(range) else { return }
        if added > 0, state.connection == .waitForBitmapSource { send(.outOfSync(BlockDescription(range: range))) }
    }

    mutating func sendWrite(_ number: UInt64) {
        let write = write(number)
        requests.writes[number]?.there = .sent
        tally.peerPending += 1
        tally.networkSent += write.range.length >> 10
        let sequence = session?.nextSequence() ?? 0
        let packet = DataPacket(
            range: write.range, blockID: BlockID(rawValue: number), sequence: sequence, flags: flags(of: write))
        switch write.kind {
        case .data: send(.data(packet), payload: .client(write.request.rawValue))
        case .trim, .zeroes: sendZeroing(packet)
        }
        sent.add(number)
        if sent.isOpenEpochFull {
            closeEpoch()
        } else {
            armEpochTimer()
        }
    }

    private mutating func sendZeroing(_ packet: DataPacket) {
        let trim = TrimPacket(
            range: packet.range, blockID: packet.blockID, sequence: packet.sequence, flags: packet.flags)
        let speaksZeroes = session?.features.contains(.writeZeroes) ?? false
        send(speaksZeroes ? .zeroes(trim) : .trim(trim))
    }

    private func flags(of write: ClientWrite) -> DataFlags {
        var flags: DataFlags
        switch settings.wireProtocol {
        case .a: flags = state.isResyncing ? .sendWriteAck : []
        case .b: flags = state.isResyncing ? [.sendReceiveAck, .sendWriteAck] : .sendReceiveAck
        case .c: flags = .sendWriteAck
        }
        if state.isSyncSource || state.isSyncTarget { flags.insert(.maySetInSync) }
        switch write.kind {
        case .data(let fua): if fua { flags.formUnion([.fua, .sync]) }
        case .trim: flags.formUnion(session?.features.contains(.writeZeroes) == true ? [.zeroes, .discard] : .discard)
        case .zeroes(let mayUnmap, let fua):
            flags.insert(session?.features.contains(.writeZeroes) == true ? .zeroes : .discard)
            if mayUnmap { flags.insert(.discard) }
            if fua { flags.insert(.fua) }
        }
        return flags
    }

    /// The blocks are free for whoever waits for them.
    mutating func releaseRange(_ token: RangeToken) {
        for ready in ranges.remove(token) {
            switch ready {
            case .write(let number): enterLog(.write(number))
            case .resyncRead(let number): submitResyncRead(number)
            case .resyncRequest(let offset): sendResyncRequest(offset)
            }
        }
    }
}
