import ClusterModel
import Replication

extension PeerPacket {
    /// Reads what follows a header: `header.fixedBytes` bytes.
    ///
    /// The header has been checked (`PacketHeader.init(_:as:on:agreed:)`). Throws where a number is out of bounds
    /// whatever the device's size; whether a range lies inside the device is the engine's to check. Where `payloadBytes`
    /// is not 0, that many bytes of block data follow on the socket.
    package init(header: PacketHeader, body: ArraySlice<UInt8>, agreed: Features) throws(WireError) {
        guard body.count >= header.fixedBytes else {
            throw .truncated(wanted: header.fixedBytes, left: body.count)
        }
        var reader = ByteReader(body)
        self = try Self.decode(header, &reader, agreed)
        try reader.expectEnd()
    }

    private static func decode(
        _ header: PacketHeader, _ reader: inout ByteReader, _ agreed: Features
    ) throws(WireError) -> PeerPacket {
        switch header.command {
        case .initialData: .initialData
        case .initialMeta: .initialMeta
        case .unplugRemote: .unplugRemote
        case .ping: .ping
        case .pingAck: .pingAck
        case .connectionFeatures: .connectionFeatures(try ConnectionFeatures(&reader))
        case .authChallenge: .authChallenge(try reader.readBytes(header.length))
        case .authResponse: .authResponse(try reader.readBytes(header.length))
        case .protocol: .protocol(try ProtocolPacket(&reader, length: header.length))
        case .protocolUpdate: .protocolUpdate(try ProtocolPacket(&reader, length: header.length))
        case .syncParameters: .syncParameters(try SyncParametersPacket(&reader))
        case .sizes: .sizes(try SizesPacket(&reader, withLimits: agreed.contains(.writeSame)))
        case .uuids: .uuids(try UUIDsPacket(&reader))
        case .state: .state(try StateWord(&reader))
        case .stateChangeRequest: .stateChangeRequest(try StateChangeRequest(&reader))
        case .connectionStateChangeRequest: .connectionStateChangeRequest(try StateChangeRequest(&reader))
        case .stateChangeReply: .stateChangeReply(try StateChangeResult(&reader))
        case .connectionStateChangeReply: .connectionStateChangeReply(try StateChangeResult(&reader))
        case .barrier: .barrier(try BarrierPacket(&reader))
        case .barrierAck: .barrierAck(try BarrierAck(&reader))
        case .bitmap: .bitmap(try BitmapPacket(&reader, length: header.length))
        case .compressedBitmap: .compressedBitmap(try CompressedBitmapPacket(&reader, length: header.length))
        case .syncUUID: .syncUUID(try reader.read())
        case .data: .data(try DataPacket(&reader, dataBytes: header.length - header.fixedBytes))
        case .dataReply: .dataReply(try DataPacket(&reader, dataBytes: header.length - header.fixedBytes))
        case .resyncDataReply: .resyncDataReply(try DataPacket(&reader, dataBytes: header.length - header.fixedBytes))
        case .trim: .trim(try TrimPacket(&reader, agreed: agreed))
        case .zeroes: .zeroes(try TrimPacket(&reader, agreed: agreed))
        case .dataRequest: .dataRequest(try BlockRequest(&reader))
        case .resyncDataRequest: .resyncDataRequest(try BlockRequest(&reader))
        case .resyncThinRequest: .resyncThinRequest(try BlockRequest(&reader))
        case .verifyRequest: .verifyRequest(try BlockRequest(&reader))
        case .checksumResyncRequest: .checksumResyncRequest(try BlockDigest(&reader))
        case .verifyReply: .verifyReply(try BlockDigest(&reader))
        case .outOfSync: .outOfSync(try BlockDescription(&reader))
        case .resyncDeallocated: .resyncDeallocated(try BlockDescription(&reader))
        case .receiveAck: .receiveAck(try BlockAck(&reader))
        case .writeAck: .writeAck(try BlockAck(&reader))
        case .resyncWriteAck: .resyncWriteAck(try BlockAck(&reader))
        case .negativeAck: .negativeAck(try BlockAck(&reader))
        case .superseded: .superseded(try BlockAck(&reader))
        case .retryWrite: .retryWrite(try BlockAck(&reader))
        case .negativeDataReply: .negativeDataReply(try BlockAck(&reader))
        case .resyncIsInSync: .resyncIsInSync(try BlockAck(&reader))
        case .negativeResyncDataReply: .negativeResyncDataReply(try BlockAck(&reader))
        case .resyncCancel: .resyncCancel(try BlockAck(&reader))
        case .verifyResult: .verifyResult(try VerifyResult(&reader))
        }
    }
}
