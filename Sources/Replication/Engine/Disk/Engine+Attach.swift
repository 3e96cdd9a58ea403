import ClusterModel

extension VolumeEngine {
    mutating func attach(_ disk: AttachedDisk) {
        guard local == nil else {
            log(.error, "a disk is attached already; the new one is ignored")
            return
        }
        let flags = disk.superblock.flags
        if flags.crashedAsPrimary {
            crashedAsPrimary = true
            log(.warning, "this node was primary when it stopped without saying so")
        }
        let slots = min(settings.activityLogSlots, disk.layout.ring.allowedSlots.upperBound)
        local = LocalDisk(disk, slots: max(slots, disk.layout.ring.allowedSlots.lowerBound), isFull: false)
        let isLate = state.isConnected
        if disk.superblock.agreedSectors == 0 { takeFirstSize() }
        // From here on the activity log is kept.
        local?.superblock.flags.remove(.activityLogDisabled)
        if flags.demandsFullBitmap || disk.superblock.agreedSectors == 0 { markEverything() }
        let generations = local?.generations ?? .justCreated
        let disk = isLate ? DiskState.negotiating : local?.recordedState ?? .diskless
        change {
            $0.disk = disk
            // What it said of the peer's copy still holds.
            if !isLate, flags.contains(.peerOutdated) { $0.peerDisk = .outdated }
        }
        storeSuperblockIfChanged()
        log(.info, "attached a disk of \(local?.usableSectors ?? 0) sectors, \(state.disk), generations \(generations)")
        setDeviceSize(local?.superblock.agreedBytes ?? 0)
        begin()
        if isLate { announceLateDisk() }
    }

    /// The size of a copy that never met its peer: all that is usable, all of it out of sync.
    private mutating func takeFirstSize() {
        guard let usable = local?.usableSectors else { return }
        local?.resize(sectors: min(usable, settings.sizeLimit.map { $0 / MetadataUnits.sector } ?? .max))
    }

    mutating func startWithoutDisk(_ reason: String) {
        log(.error, "there is no usable disk: \(reason)")
        begin()
    }

    private mutating func begin() {
        guard !isStarted else { return }
        isStarted = true
        if settings.connectsAtStart { lookForPeer() }
    }

    mutating func setDeviceSize(_ bytes: UInt64) {
        guard bytes != deviceBytes else { return }
        deviceBytes = bytes
        effects.append(.deviceSizeChanged(bytes))
    }

    /// drbd-8.4 late attach: the peer decides again, and so do we when it answers.
    private mutating func announceLateDisk() {
        sendSizes()
        sendUUIDs()
        announceState()
    }
}
