import ClusterModel

/// Settings, sizes and generations, on both sides at once (drbd-8.4 order of the remaining handshake).
extension VolumeEngine {
    mutating func greet() {
        send(.protocol(ownProtocol))
        send(.syncParameters(SyncParametersPacket()))
        sendSizes()
        if state.disk >= .negotiating { sendUUIDs() }
        var word = state.word
        word.connection = .waitForConnection
        send(.state(word))
    }

    private var ownProtocol: ProtocolPacket {
        ProtocolPacket(
            wireProtocol: settings.wireProtocol,
            afterSplitBrainZeroPrimaries: settings.splitBrain.zeroPrimaries.rule,
            afterSplitBrainOnePrimary: settings.splitBrain.onePrimary.rule,
            flags: discardsOwnChanges ? .discardMyData : [])
    }

    mutating func sendSizes() {
        let speaksLimits = session?.features.contains(.writeSame) ?? false
        send(
            .sizes(
                SizesPacket(
                    diskSectors: local?.usableSectors ?? 0, userSectors: limitSectors,
                    currentSectors: deviceBytes / MetadataUnits.sector,
                    limits: speaksLimits ? QueueLimits(discardEnabled: true) : nil)))
    }

    private var limitSectors: UInt64 { (settings.sizeLimit ?? 0) / MetadataUnits.sector }

    mutating func sendUUIDs() {
        guard let local else { return }
        let generations = local.generations
        send(
            .uuids(
                UUIDsPacket(
                    current: generations.current.rawValue, bitmap: generations.bitmap.rawValue,
                    historyStart: generations.historyStart.rawValue, historyEnd: generations.historyEnd.rawValue,
                    bitsSet: local.bitmap.setCount, flags: ownFlags)))
    }

    var ownFlags: UUIDsPacket.Flags {
        var flags: UUIDsPacket.Flags = []
        if discardsOwnChanges { flags.insert(.discardMyData) }
        if crashedAsPrimary { flags.insert(.crashedPrimary) }
        if settledDisk == .inconsistent { flags.insert(.diskInconsistent) }
        return flags
    }

    /// The own disk's state; while it is negotiating, what it was when it was attached.
    var settledDisk: DiskState {
        state.disk == .negotiating ? local?.recordedState ?? .diskless : state.disk
    }

    // MARK: What the peer says

    mutating func protocolReceived(_ packet: ProtocolPacket) {
        let own = ownProtocol
        guard !packet.flags.contains(.dryRun) else { return goStandAlone("the peer only tries out the handshake") }
        guard !(packet.flags.contains(.discardMyData) && own.flags.contains(.discardMyData)) else {
            return goStandAlone("both nodes offer to give up their changes")
        }
        guard let difference = own.difference(from: packet) else {
            session?.hasProtocol = true
            return
        }
        goStandAlone("the peer's \(difference) differs from this node's")
    }

    mutating func syncParametersReceived(_ packet: SyncParametersPacket) {
        guard packet.verifyAlgorithm.isEmpty, packet.checksumAlgorithm.isEmpty else {
            return goStandAlone("the peer has verify-alg or csums-alg set, this node has not")
        }
    }

    mutating func sizesReceived(_ packet: SizesPacket) {
        session?.peerSizes = packet
        do {
            let agreement = try agreedSize(packet)
            takeSize(agreement.sectors)
        } catch {
            switch error {
            case .shrinksDisk(let old, let new):
                return goStandAlone("the size would shrink from \(old) to \(new) sectors")
            case .unknown: return
            }
        }
        if state.isConnected, packet.currentSectors * MetadataUnits.sector != deviceBytes { sendSizes() }
    }

    private func agreedSize(_ packet: SizesPacket) throws(SizeAgreement.Refusal) -> SizeAgreement {
        guard let local else {
            return try SizeAgreement(
                exported: deviceBytes / MetadataUnits.sector, isPrimary: state.role == .primary, peer: packet)
        }
        let isWorthless = settledDisk < .outdated
        return try SizeAgreement(
            usable: local.usableSectors, agreed: local.superblock.agreedSectors, limit: limitSectors, peer: packet,
            mayShrink: isWorthless)
    }

    private mutating func takeSize(_ sectors: UInt64) {
        guard let local else { return setDeviceSize(sectors * MetadataUnits.sector) }
        guard local.superblock.agreedSectors != sectors else { return }
        guard !state.isConnected else {
            return log(.warning, "a change of size to \(sectors) sectors is left to the next connection")
        }
        log(.info, "the size is \(sectors) sectors now, it was \(local.superblock.agreedSectors)")
        self.local?.resize(sectors: sectors)
        storeBitmapPages(Array(0..<(self.local?.bitmap.pageCount ?? 0)))
        storeSuperblock()
        setDeviceSize(sectors * MetadataUnits.sector)
    }

    mutating func uuidsReceived(_ packet: UUIDsPacket) {
        let current = GenerationUUID(rawValue: packet.current)
        if let exposed = exposedGeneration, local == nil, state.role == .primary {
            guard state.isConnected || current.matches(exposed) else {
                return goStandAlone("the peer's data are not those that clients work on here")
            }
            exposedGeneration = current
        }
        session?.peerUUIDs = packet
        let isFresh = local?.generations.current.matches(.justCreated) ?? false
        if packet.flags.contains(.skipInitialSync), state.connection == .connected, isFresh { adopt(current) }
    }

    /// Both disks were declared equal: nothing to resynchronise.
    private mutating func adopt(_ generation: GenerationUUID) {
        log(.info, "the first synchronisation is skipped")
        local?.generations = GenerationUUIDs(current: generation.marked(for: state.role))
        local?.bitmap.clearAll()
        change {
            $0.disk = .upToDate
            $0.peerDisk = .upToDate
        }
        storeChangedBitmapPages()
    }
}

extension ProtocolPacket {
    /// The first setting that both nodes must share and do not.
    fileprivate func difference(from peer: ProtocolPacket) -> String? {
        if wireProtocol != peer.wireProtocol { return "protocol (\(peer.wireProtocol.rawValue))" }
        if afterSplitBrainZeroPrimaries != peer.afterSplitBrainZeroPrimaries.mirrored { return "after-sb-0pri" }
        if afterSplitBrainOnePrimary != peer.afterSplitBrainOnePrimary.mirrored { return "after-sb-1pri" }
        if afterSplitBrainTwoPrimaries != peer.afterSplitBrainTwoPrimaries.mirrored { return "after-sb-2pri" }
        if twoPrimaries != peer.twoPrimaries { return "allow-two-primaries" }
        if integrityAlgorithm != peer.integrityAlgorithm { return "data-integrity-alg" }
        return nil
    }
}

extension SplitBrainPolicies.ZeroPrimaries {
    fileprivate var rule: SplitBrainRule {
        switch self {
        case .disconnect: .disconnect
        case .discardYoungerPrimary: .discardYoungerPrimary
        case .discardOlderPrimary: .discardOlderPrimary
        case .discardZeroChanges: .discardZeroChanges
        case .discardLeastChanges: .discardLeastChanges
        }
    }
}

extension SplitBrainPolicies.OnePrimary {
    fileprivate var rule: SplitBrainRule {
        switch self {
        case .disconnect: .disconnect
        case .consensus: .consensus
        case .discardSecondary: .discardSecondary
        }
    }
}
