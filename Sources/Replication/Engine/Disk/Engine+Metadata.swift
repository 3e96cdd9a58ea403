import ClusterModel

extension VolumeEngine {
    /// Does `step` once all metadata handed out so far are on stable storage; at once where they are.
    mutating func after(_ step: MetadataStep) {
        if !metadata.defer_(step) { perform(step) }
    }

    /// The record as the present state makes it.
    private func currentSuperblock(_ local: LocalDisk) -> Superblock {
        var superblock = local.superblock
        superblock.flags = local.superblock.flags.recording(
            role: state.role, peerRole: state.peerRole, disk: recordedDisk(local), peerDisk: state.peerDisk,
            connection: state.connection, crashedPrimary: crashedAsPrimary)
        return superblock
    }

    /// What the record says of this copy: while negotiating, what it said before.
    private func recordedDisk(_ local: LocalDisk) -> DiskState {
        let disk = state.disk == .negotiating ? local.recordedState : state.disk
        return isPartingAsOutdated || disk <= .failed ? min(disk, .outdated) : disk
    }

    mutating func storeSuperblockIfChanged() {
        guard let local, !isStopStored, currentSuperblock(local) != local.stored else { return }
        storeSuperblock()
    }

    mutating func storeSuperblock() {
        guard let local else { return }
        let superblock = currentSuperblock(local)
        self.local?.stored = superblock
        effects.append(.storeSuperblock(metadata.issue(), superblock))
    }

    /// Writes the superblock if it changed, and does `step` when it is on stable storage.
    mutating func persist(then step: MetadataStep) {
        storeSuperblockIfChanged()
        after(step)
    }

    mutating func storeBitmapPages(_ indexes: [Int]) {
        guard !indexes.isEmpty, let pages = local?.takePages(indexes) else { return }
        tally.bitmapWrites += UInt64(pages.count)
        effects.append(.storeBitmapPages(metadata.issue(), pages))
    }

    mutating func storeChangedBitmapPages() {
        guard let changed = local?.bitmap.changedPages else { return }
        storeBitmapPages(changed)
    }

    /// Marks everything as out of sync, on disk too (drbd-8.4, P_STATE, step 9). A crash in between finds the order
    /// to do so in the superblock.
    mutating func markEverything() {
        guard local != nil else { return }
        local?.superblock.flags.insert(.fullSync)
        storeSuperblock()
        local?.bitmap.fill()
        storeBitmapPages(Array(0..<(local?.bitmap.pageCount ?? 0)))
        local?.superblock.flags.remove(.fullSync)
        storeSuperblock()
    }

    mutating func metadataStored(_ id: MetadataWriteID, _ result: DiskResult) {
        // After the disk was given up, reports of what was under way mean nothing.
        guard local != nil, metadata.expects(id) else { return }
        switch result {
        case .success:
            for step in metadata.stored(id) { perform(step) }
        case .failed(let errno):
            failDisk("writing metadata failed with error \(errno)", policy: .detach)
        }
    }

    /// Goes on with what waited for stable storage. Steps of a connection that is gone are dropped.
    func isCurrent(_ number: UInt64) -> Bool { session?.number == number }

    mutating func perform(_ step: MetadataStep) {
        switch step {
        case .activityLog: activityLogStored()
        case .generation: generationStored()
        case .order(let id, let result): finishOrder(id, result)
        case .syncSourceBegins(let number): if isCurrent(number) { syncSourceBegins() }
        case .targetAnnounced(let number): if isCurrent(number) { targetAnnounced() }
        case .syncTargetBegins(let number): if isCurrent(number) { syncTargetBegins() }
        case .syncTargetFinished(let number): if isCurrent(number) { syncTargetFinished() }
        case .invalidated(let number): if isCurrent(number) { invalidationMarked() }
        case .verdict(let number, let result, let isForConnection):
            if isCurrent(number) { answerRequest(result, isForConnection: isForConnection) }
        case .partingAsOutdated(let number): if isCurrent(number) { askToPart() }
        case .announceState(let number): if isCurrent(number) { announceState() }
        case .stop: stopStored()
        }
    }

    private mutating func generationStored() {
        generationsUnderWay -= 1
        guard generationsUnderWay == 0 else { return }
        if state.isConnected { sendUUIDs() }
        goOnAlone()
    }
}
