import ClusterModel

/// The two bitmaps become one on both sides before a resync (drbd-8.4 bitmap exchange).
extension VolumeEngine {
    /// Decided: this copy is the newer one.
    mutating func becomeSource(full: Bool, _ peer: PeerFacts, askingAgain: Bool) {
        change {
            $0.connection = .waitForBitmapSource
            $0.peerRole = peer.role
            $0.peerDisk = peer.disk
        }
        if full { markEverything() }
        // Whatever the peer did not settle goes over with the resync.
        giveUpInterruptedWrites()
        if askingAgain { sendUUIDs() }
        announceState()
        session?.bitmapReceiver = BitmapReceiver(bitCount: local?.bitmap.blockCount ?? 0)
        sendBitmap()
    }

    /// Decided: the peer's copy is the newer one. It hears so when this copy is marked on stable storage.
    mutating func becomeTarget(full: Bool, _ peer: PeerFacts, askingAgain: Bool) {
        change {
            $0.connection = .waitForBitmapTarget
            $0.peerRole = peer.role
            $0.peerDisk = peer.disk
        }
        if full { markEverything() }
        session?.bitmapReceiver = BitmapReceiver(bitCount: local?.bitmap.blockCount ?? 0)
        session?.isTargetMarked = false
        session?.isBitmapSent = false
        resendToSource()
        if askingAgain { sendUUIDs() }
        persist(then: .targetAnnounced(session: session?.number ?? 0))
    }

    mutating func targetAnnounced() {
        guard state.connection == .waitForBitmapTarget else { return }
        announceState()
        session?.isTargetMarked = true
        answerBitmapIfComplete()
    }

    private mutating func sendBitmap() {
        guard let bitmap = local?.bitmap else { return }
        var sender = BitmapSender(bitCount: bitmap.blockCount, compress: false)
        while let packet = sender.next(in: bitmap.words) { send(packet) }
        session?.isBitmapSent = true
    }

    mutating func bitmapReceived(_ packet: BitmapPacket) {
        takePiece { receiver throws(BitmapTransferError) in try receiver.receive(packet) }
    }

    mutating func bitmapReceived(_ packet: CompressedBitmapPacket) {
        takePiece { receiver throws(BitmapTransferError) in try receiver.receive(packet) }
    }

    private mutating func takePiece(
        _ receive: (inout BitmapReceiver) throws(BitmapTransferError) -> BitmapReceiver.Piece
    ) {
        guard state.connection == .waitForBitmapSource || state.connection == .waitForBitmapTarget,
            var receiver = session?.bitmapReceiver
        else { return protocolError("a bitmap came in state \(state.connection)") }
        do {
            merge(try receive(&receiver))
        } catch {
            return protocolError("\(error)")
        }
        session?.bitmapReceiver = receiver
        guard receiver.isComplete else { return }
        if state.connection == .waitForBitmapTarget {
            answerBitmapIfComplete()
        } else {
            prepareSync()
        }
    }

    private mutating func merge(_ piece: BitmapReceiver.Piece) {
        switch piece {
        case .words(let first, let words): local?.bitmap.merge(words, at: UInt64(first))
        case .runs(let runs):
            for run in runs {
                let start = run.lowerBound * MetadataUnits.bitmapBlock
                let end = min(run.upperBound * MetadataUnits.bitmapBlock, deviceBytes)
                local?.bitmap.set(ByteRange(offset: start, length: end - start))
            }
        }
    }

    /// The target's answer is the merged bitmap. It stays back until this copy is marked Outdated: with it the source
    /// goes on without us.
    private mutating func answerBitmapIfComplete() {
        guard let session, session.isTargetMarked, !session.isBitmapSent,
            session.bitmapReceiver?.isComplete == true
        else { return }
        sendBitmap()
        self.session?.bitmapReceiver = nil
        change { $0.connection = .waitForSyncUUID }
    }

    mutating func outOfSyncReceived(_ packet: BlockDescription) {
        local?.bitmap.set(packet.range)
        continueResync()
    }
}
