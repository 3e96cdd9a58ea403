import ClusterModel

/// A flush makes everything acknowledged before stable on both disks: here by a flush, there by the acknowledgement of
/// a barrier. The driver does not wait for the latter; waiting is stricter, and nothing of it shows on the wire.
extension VolumeEngine {
    mutating func beginFlush(_ id: RequestID) {
        closeEpoch()
        let number = takeNumber()
        let isLocal = local != nil && state.disk >= .inconsistent
        requests.flushes.append(
            ClientFlush(number: number, request: id, isPendingHere: isLocal, epoch: sent.youngestClosed))
        if isLocal {
            effects.append(.flushDisk(issue(.clientFlush(number))))
        } else {
            completeFlushes()
        }
    }

    mutating func clientFlushCompleted(_ number: UInt64, _ result: DiskResult) {
        guard let index = requests.flushes.firstIndex(where: { $0.number == number }) else {
            preconditionFailure("flush \(number) is not known")
        }
        requests.flushes[index].isPendingHere = false
        requests.flushes[index].hasFailedHere = result != .success
        completeFlushes()
    }

    /// The peer has an epoch on stable storage; epochs are settled in order.
    mutating func epochSettled(_ handle: UInt32) {
        for index in requests.flushes.indices where requests.flushes[index].epoch == handle {
            requests.flushes[index].epoch = nil
        }
        completeFlushes()
    }

    /// What flushes waited for on the lost connection is settled otherwise.
    mutating func interruptedFlushesGoOn() {
        for index in requests.flushes.indices { requests.flushes[index].epoch = nil }
        completeFlushes()
    }

    private mutating func completeFlushes() {
        let done = requests.flushes.filter { !$0.isPendingHere && $0.epoch == nil }
        guard !done.isEmpty else { return }
        requests.flushes.removeAll { !$0.isPendingHere && $0.epoch == nil }
        for flush in done {
            let isKept = !flush.hasFailedHere || state.isConnected && state.peerDisk == .upToDate
            complete(flush.request, isKept ? .success : .failed(errno: ClientError.io))
        }
    }
}
