import Replication

extension PacketCommand {
    /// Whether bulk data follows the fixed part.
    package var carriesBlockData: Bool {
        switch self {
        case .data, .dataReply, .resyncDataReply: true
        default: false
        }
    }

    /// The header this packet has at version 101: the first ones are older than the agreement on a version.
    package var headerFormat: PacketHeader.Format {
        switch self {
        case .initialData, .initialMeta, .connectionFeatures: .h80
        default: .h100
        }
    }

    /// How many bytes may follow the header, block data included.
    package func allowedLengths(agreed: Features) -> ClosedRange<Int> {
        switch self {
        case .initialData, .initialMeta, .unplugRemote, .ping, .pingAck: 0...0
        case .connectionFeatures: 72...72
        case .authChallenge: 64...128
        case .authResponse: 1...PacketLimits.digestBytes
        case .protocol, .protocolUpdate: 25...(24 + PacketLimits.nameBytes)
        case .syncParameters: 148...148
        case .sizes: agreed.contains(.writeSame) ? 56...56 : 32...32
        case .uuids: 48...48
        case .state, .stateChangeReply, .connectionStateChangeReply: 4...4
        case .stateChangeRequest, .connectionStateChangeRequest, .barrier, .barrierAck, .syncUUID: 8...8
        case .data, .dataReply, .resyncDataReply: (24 + PacketLimits.sector)...(24 + PacketLimits.requestBytes)
        case .trim, .zeroes: 28...28
        case .outOfSync, .resyncDeallocated: 16...16
        case .receiveAck, .writeAck, .resyncWriteAck, .negativeAck, .superseded, .retryWrite, .negativeDataReply,
            .resyncIsInSync, .negativeResyncDataReply, .resyncCancel, .verifyResult, .dataRequest,
            .resyncDataRequest, .resyncThinRequest, .verifyRequest:
            24...24
        case .checksumResyncRequest, .verifyReply: 25...(24 + PacketLimits.digestBytes)
        case .bitmap: 0...(BitmapPacket.wordLimit * 8)
        case .compressedBitmap: 2...(1 + CompressedBitmapPacket.codeByteLimit)
        }
    }
}

/// The format's bounds on numbers from the peer (drbd-8.4 units and constants).
package enum PacketLimits {
    /// The unit of positions on the wire, bytes.
    package static let sector = 512
    /// Largest block of data in one packet.
    package static let requestBytes = 1 << 20
    /// Largest discard or zero-out where `.writeSame` was agreed.
    package static let discardBytes = 128 << 20
    /// Largest discard or zero-out otherwise.
    package static let smallDiscardBytes = 4 << 20
    /// Largest device, sectors.
    package static let deviceSectors: UInt64 = 1 << 51
    /// The field of an algorithm's name, NUL included.
    package static let nameBytes = 64
    /// The longest digest of any algorithm the kernel knows.
    package static let digestBytes = 64
}
