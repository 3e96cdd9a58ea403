import ClusterModel

extension PeerPacket {
    /// The socket the packet travels on.
    package var socket: PeerSocket { command.socket }

    /// Bytes of block data that follow the packet on the wire: 0 but for `data`, `dataReply`, `resyncDataReply`.
    package var payloadBytes: Int {
        switch self {
        case .data(let packet), .dataReply(let packet), .resyncDataReply(let packet):
            packet.payloadBytes
        default:
            0
        }
    }

    /// The blocks the packet speaks of, or nil. A range from the peer is checked against the device's size with it.
    package var range: ByteRange? {
        switch self {
        case .data(let packet), .dataReply(let packet), .resyncDataReply(let packet):
            packet.range
        case .trim(let packet), .zeroes(let packet):
            packet.range
        case .dataRequest(let packet), .resyncDataRequest(let packet), .resyncThinRequest(let packet),
            .verifyRequest(let packet):
            packet.range
        case .checksumResyncRequest(let packet), .verifyReply(let packet):
            packet.range
        case .outOfSync(let packet), .resyncDeallocated(let packet):
            packet.range
        case .receiveAck(let packet), .writeAck(let packet), .resyncWriteAck(let packet), .negativeAck(let packet),
            .superseded(let packet), .retryWrite(let packet), .negativeDataReply(let packet),
            .resyncIsInSync(let packet), .negativeResyncDataReply(let packet), .resyncCancel(let packet):
            packet.range
        case .verifyResult(let packet):
            packet.range
        case .initialData, .initialMeta, .connectionFeatures, .authChallenge, .authResponse, .protocol,
            .protocolUpdate, .syncParameters, .sizes, .uuids, .state, .stateChangeRequest, .stateChangeReply,
            .connectionStateChangeRequest, .connectionStateChangeReply, .barrier, .barrierAck, .unplugRemote,
            .bitmap, .compressedBitmap, .syncUUID, .ping, .pingAck:
            nil
        }
    }

    /// Whether the packet is counted in its epoch, and so in `BarrierAck.writes`.
    package var isCountedInEpoch: Bool {
        switch self {
        case .data, .trim, .zeroes: true
        default: false
        }
    }
}
