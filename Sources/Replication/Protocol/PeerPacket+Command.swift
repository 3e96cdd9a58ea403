extension PeerPacket {
    /// The kind of packet, by its number on the wire.
    package var command: PacketCommand {
        switch self {
        case .initialData: .initialData
        case .initialMeta: .initialMeta
        case .connectionFeatures: .connectionFeatures
        case .authChallenge: .authChallenge
        case .authResponse: .authResponse
        case .protocol: .protocol
        case .protocolUpdate: .protocolUpdate
        case .syncParameters: .syncParameters
        case .sizes: .sizes
        case .uuids: .uuids
        case .state: .state
        case .stateChangeRequest: .stateChangeRequest
        case .stateChangeReply: .stateChangeReply
        case .connectionStateChangeRequest: .connectionStateChangeRequest
        case .connectionStateChangeReply: .connectionStateChangeReply
        case .data: .data
        case .trim: .trim
        case .zeroes: .zeroes
        case .barrier: .barrier
        case .barrierAck: .barrierAck
        case .unplugRemote: .unplugRemote
        case .outOfSync: .outOfSync
        case .receiveAck: .receiveAck
        case .writeAck: .writeAck
        case .resyncWriteAck: .resyncWriteAck
        case .negativeAck: .negativeAck
        case .superseded: .superseded
        case .retryWrite: .retryWrite
        case .dataRequest: .dataRequest
        case .dataReply: .dataReply
        case .negativeDataReply: .negativeDataReply
        case .bitmap: .bitmap
        case .compressedBitmap: .compressedBitmap
        case .syncUUID: .syncUUID
        case .resyncDataRequest: .resyncDataRequest
        case .resyncThinRequest: .resyncThinRequest
        case .checksumResyncRequest: .checksumResyncRequest
        case .resyncDataReply: .resyncDataReply
        case .resyncDeallocated: .resyncDeallocated
        case .resyncIsInSync: .resyncIsInSync
        case .negativeResyncDataReply: .negativeResyncDataReply
        case .resyncCancel: .resyncCancel
        case .verifyRequest: .verifyRequest
        case .verifyReply: .verifyReply
        case .verifyResult: .verifyResult
        case .ping: .ping
        case .pingAck: .pingAck
        }
    }
}
