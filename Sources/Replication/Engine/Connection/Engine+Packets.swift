import ClusterModel

/// Sorts what the peer sends. Nothing of it is trusted: what does not fit ends the connection.
extension VolumeEngine {
    mutating func packetReceived(_ packet: PeerPacket, _ payload: BufferID?) {
        guard let session else { return discard(payload) }
        self.session?.lastHeard = now
        if packet == .ping { return send(.pingAck) }
        guard session.isGreeted else {
            if payload == nil, session.early.count < 64 {
                self.session?.early.append(packet)
            } else {
                discard(payload)
                protocolError("\(packet.command) came before the handshake")
            }
            return
        }
        if let complaint = complaint(about: packet, payload) {
            discard(payload)
            return protocolError(complaint)
        }
        sort(packet, payload)
    }

    private mutating func discard(_ payload: BufferID?) {
        if let payload { effects.append(.release(payload)) }
    }

    private func complaint(about packet: PeerPacket, _ payload: BufferID?) -> String? {
        if (payload != nil) != (packet.payloadBytes > 0) { return "\(packet.command) with the wrong payload" }
        guard let range = packet.range else { return nil }
        guard state.isConnected else { return "\(packet.command) came before the handshake was over" }
        let largest = packet.isZeroing ? ClientOperation.largestZeroing : ClientOperation.largestData
        let mayBeLarge = packet.isZeroing || packet.isAnswerToZeroing
        guard !range.isEmpty, isOnDevice(range), range.length <= (mayBeLarge ? max(largest, 128 << 20) : largest) else {
            return "\(packet.command) names bytes \(range) of a device of \(deviceBytes)"
        }
        return nil
    }

    private mutating func sort(_ packet: PeerPacket, _ payload: BufferID?) {
        switch packet {
        case .protocol, .protocolUpdate, .syncParameters, .sizes, .uuids, .state: sortHandshake(packet)
        case .stateChangeRequest, .stateChangeReply, .connectionStateChangeRequest, .connectionStateChangeReply:
            sortConsent(packet)
        case .data, .trim, .zeroes, .barrier, .barrierAck, .outOfSync, .receiveAck, .writeAck, .resyncWriteAck,
            .negativeAck, .unplugRemote:
            sortWrites(packet, payload)
        case .dataRequest, .dataReply, .negativeDataReply: sortReads(packet, payload)
        case .bitmap, .compressedBitmap, .syncUUID, .resyncDataRequest, .resyncThinRequest, .resyncDataReply,
            .resyncDeallocated, .negativeResyncDataReply, .resyncCancel:
            sortResync(packet, payload)
        case .ping: send(.pingAck)
        case .pingAck: pingAnswered()
        case .initialData, .initialMeta, .connectionFeatures, .authChallenge, .authResponse, .superseded, .retryWrite,
            .checksumResyncRequest, .resyncIsInSync, .verifyRequest, .verifyReply, .verifyResult:
            discard(payload)
            protocolError("\(packet.command) is out of place")
        }
    }

    private mutating func sortHandshake(_ packet: PeerPacket) {
        switch packet {
        case .protocol(let packet): protocolReceived(packet)
        case .protocolUpdate(let packet): protocolReceived(packet)
        case .syncParameters(let packet): syncParametersReceived(packet)
        case .sizes(let packet): sizesReceived(packet)
        case .uuids(let packet): uuidsReceived(packet)
        case .state(let word): stateReceived(word)
        default: preconditionFailure("\(packet.command) is no packet of the handshake")
        }
    }

    private mutating func sortConsent(_ packet: PeerPacket) {
        switch packet {
        case .stateChangeRequest(let request): stateChangeRequested(request)
        case .connectionStateChangeRequest(let request): partingRequested(request)
        case .stateChangeReply(let result), .connectionStateChangeReply(let result): verdictReceived(result)
        default: preconditionFailure("\(packet.command) is no request for consent")
        }
    }

    private mutating func sortWrites(_ packet: PeerPacket, _ payload: BufferID?) {
        switch packet {
        case .data(let packet): if let payload { peerWriteReceived(packet, payload) }
        case .trim(let packet): peerTrimReceived(packet, isZeroes: false)
        case .zeroes(let packet): peerTrimReceived(packet, isZeroes: true)
        case .barrier(let packet): barrierReceived(packet)
        case .barrierAck(let ack): barrierAcknowledged(ack)
        case .outOfSync(let packet): outOfSyncReceived(packet)
        case .receiveAck(let ack): writeReceived(ack)
        case .writeAck(let ack): writeAcknowledged(ack, bringsInSync: false)
        case .resyncWriteAck(let ack) where ack.blockID == .syncer: resyncBlockAcknowledged(ack, isWritten: true)
        case .resyncWriteAck(let ack): writeAcknowledged(ack, bringsInSync: true)
        case .negativeAck(let ack) where ack.blockID == .syncer: resyncBlockAcknowledged(ack, isWritten: false)
        case .negativeAck(let ack): writeRefused(ack)
        case .unplugRemote: break
        default: preconditionFailure("\(packet.command) has nothing to do with mirroring")
        }
    }

    private mutating func sortReads(_ packet: PeerPacket, _ payload: BufferID?) {
        switch packet {
        case .dataRequest(let request): readRequested(request)
        case .dataReply(let packet): if let payload { readAnswered(packet, payload) }
        case .negativeDataReply(let ack): readRefused(ack)
        default: preconditionFailure("\(packet.command) has nothing to do with reading")
        }
    }

    private mutating func sortResync(_ packet: PeerPacket, _ payload: BufferID?) {
        switch packet {
        case .bitmap(let packet): bitmapReceived(packet)
        case .compressedBitmap(let packet): bitmapReceived(packet)
        case .syncUUID(let uuid): syncUUIDReceived(uuid)
        case .resyncDataRequest(let request), .resyncThinRequest(let request): resyncDataRequested(request)
        case .resyncDataReply(let packet): if let payload { resyncDataReceived(packet, payload) }
        case .resyncDeallocated(let packet): resyncZeroesReceived(packet)
        case .negativeResyncDataReply(let ack), .resyncCancel(let ack): resyncRefused(ack)
        default: preconditionFailure("\(packet.command) has nothing to do with resync")
        }
    }
}

extension PeerPacket {
    fileprivate var isZeroing: Bool {
        switch self {
        case .trim, .zeroes: true
        default: false
        }
    }

    /// Acknowledgements may speak of a zeroing, which can be longer than any write with data.
    fileprivate var isAnswerToZeroing: Bool {
        switch self {
        case .receiveAck, .writeAck, .resyncWriteAck, .negativeAck, .outOfSync: true
        default: false
        }
    }
}
