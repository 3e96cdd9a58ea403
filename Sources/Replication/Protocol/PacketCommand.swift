/// The number of a packet in its header (drbd-8.4 packet catalogue, what version 101 may send).
package enum PacketCommand: UInt16, Hashable, Sendable, CaseIterable {
    case data = 0x00
    case dataReply = 0x01
    case resyncDataReply = 0x02
    case barrier = 0x03
    case bitmap = 0x04
    case unplugRemote = 0x07
    case dataRequest = 0x08
    case resyncDataRequest = 0x09
    case `protocol` = 0x0b
    case uuids = 0x0c
    case sizes = 0x0d
    case state = 0x0e
    case syncUUID = 0x0f
    case authChallenge = 0x10
    case authResponse = 0x11
    case stateChangeRequest = 0x12
    case ping = 0x13
    case pingAck = 0x14
    case receiveAck = 0x15
    case writeAck = 0x16
    case resyncWriteAck = 0x17
    case superseded = 0x18
    case negativeAck = 0x19
    case negativeDataReply = 0x1a
    case negativeResyncDataReply = 0x1b
    case barrierAck = 0x1c
    case stateChangeReply = 0x1d
    case verifyRequest = 0x1e
    case verifyReply = 0x1f
    case verifyResult = 0x20
    case checksumResyncRequest = 0x21
    case resyncIsInSync = 0x22
    case syncParameters = 0x23
    case compressedBitmap = 0x24
    case outOfSync = 0x28
    case resyncCancel = 0x29
    case connectionStateChangeRequest = 0x2a
    case connectionStateChangeReply = 0x2b
    case retryWrite = 0x2c
    case protocolUpdate = 0x2d
    case trim = 0x31
    case resyncThinRequest = 0x32
    case resyncDeallocated = 0x33
    case zeroes = 0x36
    case initialMeta = 0xfff1
    case initialData = 0xfff2
    case connectionFeatures = 0xfffe
}

extension PacketCommand {
    /// The socket it travels on.
    package var socket: PeerSocket {
        switch self {
        case .initialData, .connectionFeatures, .authChallenge, .authResponse, .protocol, .protocolUpdate,
            .syncParameters, .sizes, .uuids, .state, .stateChangeRequest, .connectionStateChangeRequest, .data,
            .trim, .zeroes, .barrier, .unplugRemote, .outOfSync, .dataRequest, .dataReply, .bitmap,
            .compressedBitmap, .syncUUID, .resyncDataRequest, .resyncThinRequest, .checksumResyncRequest,
            .resyncDataReply, .resyncDeallocated, .verifyRequest, .verifyReply:
            .data
        case .initialMeta, .stateChangeReply, .connectionStateChangeReply, .barrierAck, .receiveAck, .writeAck,
            .resyncWriteAck, .negativeAck, .superseded, .retryWrite, .negativeDataReply, .resyncIsInSync,
            .negativeResyncDataReply, .resyncCancel, .verifyResult, .ping, .pingAck:
            .meta
        }
    }

    /// Whether the packet speaks of the connection and so carries volume 0.
    package var isConnectionWide: Bool {
        switch self {
        case .initialData, .initialMeta, .connectionFeatures, .authChallenge, .authResponse, .protocol,
            .protocolUpdate, .connectionStateChangeRequest, .connectionStateChangeReply, .barrier, .barrierAck,
            .unplugRemote, .ping, .pingAck:
            true
        default:
            false
        }
    }
}

extension PacketCommand: CustomStringConvertible {
    /// The driver's name, for logs.
    package var description: String {
        switch self {
        case .initialData: "P_INITIAL_DATA"
        case .initialMeta: "P_INITIAL_META"
        case .connectionFeatures: "P_CONNECTION_FEATURES"
        case .authChallenge: "P_AUTH_CHALLENGE"
        case .authResponse: "P_AUTH_RESPONSE"
        case .protocol: "P_PROTOCOL"
        case .protocolUpdate: "P_PROTOCOL_UPDATE"
        case .syncParameters: "P_SYNC_PARAM89"
        case .sizes: "P_SIZES"
        case .uuids: "P_UUIDS"
        case .state: "P_STATE"
        case .stateChangeRequest: "P_STATE_CHG_REQ"
        case .stateChangeReply: "P_STATE_CHG_REPLY"
        case .connectionStateChangeRequest: "P_CONN_ST_CHG_REQ"
        case .connectionStateChangeReply: "P_CONN_ST_CHG_REPLY"
        case .data: "P_DATA"
        case .trim: "P_TRIM"
        case .zeroes: "P_ZEROES"
        case .barrier: "P_BARRIER"
        case .barrierAck: "P_BARRIER_ACK"
        case .unplugRemote: "P_UNPLUG_REMOTE"
        case .outOfSync: "P_OUT_OF_SYNC"
        case .receiveAck: "P_RECV_ACK"
        case .writeAck: "P_WRITE_ACK"
        case .resyncWriteAck: "P_RS_WRITE_ACK"
        case .negativeAck: "P_NEG_ACK"
        case .superseded: "P_SUPERSEDED"
        case .retryWrite: "P_RETRY_WRITE"
        case .dataRequest: "P_DATA_REQUEST"
        case .dataReply: "P_DATA_REPLY"
        case .negativeDataReply: "P_NEG_DREPLY"
        case .bitmap: "P_BITMAP"
        case .compressedBitmap: "P_COMPRESSED_BITMAP"
        case .syncUUID: "P_SYNC_UUID"
        case .resyncDataRequest: "P_RS_DATA_REQUEST"
        case .resyncThinRequest: "P_RS_THIN_REQ"
        case .checksumResyncRequest: "P_CSUM_RS_REQUEST"
        case .resyncDataReply: "P_RS_DATA_REPLY"
        case .resyncDeallocated: "P_RS_DEALLOCATED"
        case .resyncIsInSync: "P_RS_IS_IN_SYNC"
        case .negativeResyncDataReply: "P_NEG_RS_DREPLY"
        case .resyncCancel: "P_RS_CANCEL"
        case .verifyRequest: "P_OV_REQUEST"
        case .verifyReply: "P_OV_REPLY"
        case .verifyResult: "P_OV_RESULT"
        case .ping: "P_PING"
        case .pingAck: "P_PING_ACK"
        }
    }
}
