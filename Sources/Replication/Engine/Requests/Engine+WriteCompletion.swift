import ClusterModel

/// A client's write, from the two disks to the answer and out of the activity log.
extension VolumeEngine {
    mutating func clientWriteCompleted(_ number: UInt64, _ result: DiskResult) {
        guard var write = requests.writes[number] else { preconditionFailure("write \(number) is not known") }
        if result == .success, case .zeroes(_, fua: true) = write.kind, !write.isFlushing {
            // Zeroing has no forced form: a flush follows.
            requests.writes[number]?.isFlushing = true
            effects.append(.flushDisk(issue(.clientWrite(number))))
            return
        }
        write.here = result == .success ? .written : .failed
        if write.here == .failed { local?.bitmap.set(write.range) }
        requests.writes[number] = write
        updateWrite(number)
    }

    /// The blocks are free once the own disk is done with them. As resync target also not before the source is: what it
    /// read for the resync meanwhile would be older than what is here.
    private mutating func releaseRangeIfDone(_ number: UInt64, _ write: ClientWrite) {
        guard ranges.contains(.write(number)) else { return }
        let isAwaited = write.there == .sent || write.there == .interrupted
        guard !(isAwaited && state.disk < .upToDate) else { return }
        releaseRange(.write(number))
    }

    mutating func writeAcknowledged(_ ack: BlockAck, bringsInSync: Bool) {
        guard let number = awaited(ack) else { return }
        requests.writes[number]?.there = .written
        requests.writes[number]?.bringsInSync = bringsInSync
        updateWrite(number)
    }

    mutating func writeReceived(_ ack: BlockAck) {
        guard let number = awaited(ack) else { return }
        requests.writes[number]?.there = .received
        // The acknowledgement of the disk is still to come where it was asked for.
        tally.peerPending += 1
        updateWrite(number)
    }

    mutating func writeRefused(_ ack: BlockAck) {
        guard let number = awaited(ack) else { return }
        requests.writes[number]?.there = .refused
        local?.bitmap.set(ack.range)
        updateWrite(number)
    }

    /// The write an acknowledgement speaks of; a wrong one ends the connection.
    private mutating func awaited(_ ack: BlockAck) -> UInt64? {
        let number = ack.blockID.rawValue
        guard let write = requests.writes[number], write.range == ack.range,
            write.there == .sent || write.there == .received
        else {
            protocolError("an acknowledgement of \(ack.range) names no write under way")
            return nil
        }
        tally.peerPending -= 1
        session?.hasProgress = true
        return number
    }

    /// Answers the client, clears or sets bits, and lets go of the log, as far as both disks have come.
    mutating func updateWrite(_ number: UInt64) {
        guard let write = requests.writes[number], write.isStarted, write.here != .pending else { return }
        releaseRangeIfDone(number, write)
        if write.isOnBothDisks, write.bringsInSync {
            // Once: a later write may mark the blocks again before this one's epoch is over.
            requests.writes[number]?.bringsInSync = false
            local?.bitmap.clear(write.range)
        }
        if !write.isCompleted {
            switch answer(to: write) {
            case .notYet: return
            case .stalled: return requests.stalled.append(number)
            case .now(let result):
                requests.writes[number]?.isCompleted = true
                requests.incompleteWrites -= 1
                complete(write.request, result)
            }
        }
        retireWrite(number)
        closeEpochIfStarved()
        checkResyncEnd()
    }

    private enum Answer {
        case notYet
        /// Written here, but the peer's copy could still serve without it.
        case stalled
        case now(RequestResult)
    }

    private func answer(to write: ClientWrite) -> Answer {
        switch write.there {
        case .written: return .now(.success)
        case .sent: return settings.wireProtocol == .a ? .now(.success) : .notYet
        case .received: return settings.wireProtocol == .c ? .notYet : .now(.success)
        case .interrupted: return .notYet
        case .none, .refused, .lost:
            // A copy that is partly old keeps no promise alone.
            guard write.here == .written, state.disk == .upToDate, !write.isAbandoned else {
                return .now(.failed(errno: ClientError.io))
            }
            return state.isPeerUnableToServe && generationsUnderWay == 0 ? .now(.success) : .stalled
        }
    }

    /// Rule 4: extents stay active until the write is done here and its epoch is acknowledged. Rule 5: what is not on
    /// both disks is marked before.
    private mutating func retireWrite(_ number: UInt64) {
        guard let write = requests.writes[number], write.isCompleted, write.here != .pending else { return }
        switch write.there {
        case .sent, .received, .written: guard write.isEpochOver else { return }
        case .none, .refused, .lost: break
        case .interrupted: return
        }
        let isUntouched = write.here == .none && write.there == .none
        if !write.isOnBothDisks, !isUntouched { local?.bitmap.set(write.range) }
        requests.writes[number] = nil
        if ranges.contains(.write(number)) { releaseRange(.write(number)) }
        if write.holdsLog { leaveLog(write.range) }
    }

    /// The peer's copy can no longer serve: what is written here only may be acknowledged.
    mutating func completeStalledWrites() {
        let stalled = requests.stalled
        requests.stalled = []
        for number in stalled { updateWrite(number) }
    }

    // MARK: Epochs

    mutating func armEpochTimer() {
        guard !isEpochTimerArmed else { return }
        isEpochTimerArmed = true
        effects.append(.armTimer(.epochClose, at: now + settings.epochLinger))
    }

    /// Sends the barrier of the open epoch, if it has writes.
    mutating func closeEpoch() {
        guard session != nil, let handle = sent.close() else { return }
        send(.barrier(BarrierPacket(handle: handle)))
    }

    mutating func barrierAcknowledged(_ ack: BarrierAck) {
        guard let writes = sent.acknowledge(ack) else {
            return protocolError("a barrier acknowledgement (\(ack.handle), \(ack.writes) writes) fits no epoch")
        }
        session?.hasProgress = true
        for number in writes {
            guard let write = requests.writes[number] else { continue }
            if write.there == .sent || write.there == .received {
                guard settings.wireProtocol != .c else {
                    return protocolError("an epoch is acknowledged whose write of \(write.range) is not")
                }
                tally.peerPending -= 1
                requests.writes[number]?.there = .written
            }
            requests.writes[number]?.isEpochOver = true
            updateWrite(number)
        }
        epochSettled(ack.handle)
        closeEpochIfStarved()
    }

    // MARK: Losing the connection

    /// The connection is gone: what becomes of writes that the peer did not settle.
    mutating func interruptWrites() {
        for number in sent.abandon() {
            guard let write = requests.writes[number] else { continue }
            switch write.there {
            case .sent, .received:
                tally.peerPending -= 1
                requests.writes[number]?.there = .interrupted
                requests.interrupted.append(number)
            case .written, .refused: requests.unsettled.append(number)
            case .none, .interrupted, .lost: break
            }
        }
        if !state.isFrozen { giveUpInterruptedWrites() }
    }

    /// The peer goes on without what it did not settle: all of that is out of sync.
    mutating func giveUpInterruptedWrites() {
        let unsettled = requests.unsettled
        let interrupted = requests.interrupted
        requests.unsettled = []
        requests.interrupted = []
        for number in unsettled {
            guard let write = requests.writes[number] else { continue }
            local?.bitmap.set(write.range)
            requests.writes[number]?.isEpochOver = true
            requests.writes[number]?.bringsInSync = false
            updateWrite(number)
        }
        for number in interrupted {
            guard let write = requests.writes[number] else { continue }
            local?.bitmap.set(write.range)
            requests.writes[number]?.there = .lost
            updateWrite(number)
        }
        interruptedFlushesGoOn()
    }

    /// The peer came back as it was: it gets what it did not acknowledge once more.
    mutating func resendInterruptedWrites() {
        let unsettled = requests.unsettled
        let interrupted = requests.interrupted
        requests.unsettled = []
        requests.interrupted = []
        for number in unsettled {
            requests.writes[number]?.isEpochOver = true
            updateWrite(number)
        }
        for number in interrupted { sendWrite(number) }
        interruptedFlushesGoOn()
    }

    /// A Primary that was being resynchronised found its source again. What the source had acknowledged but not settled
    /// is fetched from it, whatever became of it there; what it had not acknowledged it gets once more.
    mutating func resendToSource() {
        let unsettled = requests.unsettled
        let interrupted = requests.interrupted
        requests.unsettled = []
        requests.interrupted = []
        for number in unsettled {
            guard let write = requests.writes[number] else { continue }
            local?.bitmap.set(write.range)
            requests.writes[number]?.isEpochOver = true
            requests.writes[number]?.bringsInSync = false
            updateWrite(number)
        }
        for number in interrupted { sendWrite(number) }
        interruptedFlushesGoOn()
    }

    /// The peer's disk has failed: whatever it did not settle is not on it.
    mutating func peerDiskFailed() {
        for number in requests.writes.keys.sorted() {
            guard let write = requests.writes[number], write.there == .written, !write.isEpochOver else { continue }
            requests.writes[number]?.bringsInSync = false
            local?.bitmap.set(write.range)
        }
    }
}
