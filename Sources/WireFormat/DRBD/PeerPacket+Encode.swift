import ClusterModel
import Replication

extension PeerPacket {
    /// Header and fixed part as they go on the wire; the caller sends `payloadBytes` of block data behind them.
    ///
    /// `volume` is the volume's number in its resource; packets that speak of the connection carry 0 whatever it is.
    package func encoded(volume: UInt16 = 0) -> [UInt8] {
        var body = ByteWriter()
        write(to: &body)
        let header = PacketHeader(
            command: command, length: body.bytes.count + payloadBytes,
            volume: command.isConnectionWide ? 0 : volume)
        return header.encoded(as: command.headerFormat) + body.bytes
    }

    private func write(to body: inout ByteWriter) {
        switch self {
        case .initialData, .initialMeta, .unplugRemote, .ping, .pingAck:
            break
        case .connectionFeatures(let features):
            features.write(to: &body)
        case .authChallenge(let bytes), .authResponse(let bytes):
            body.write(bytes)
        case .protocol(let packet), .protocolUpdate(let packet):
            packet.write(to: &body)
        case .syncParameters(let packet):
            packet.write(to: &body)
        case .sizes(let packet):
            packet.write(to: &body)
        case .uuids(let packet):
            packet.write(to: &body)
        case .state(let word):
            body.write(word.rawValue)
        case .stateChangeRequest(let request), .connectionStateChangeRequest(let request):
            body.write(request.mask.rawValue)
            body.write(request.value.rawValue)
        case .stateChangeReply(let result), .connectionStateChangeReply(let result):
            body.write(UInt32(bitPattern: result.rawValue))
        case .barrier(let barrier):
            body.write(barrier.handle)
            body.write(UInt32(0))
        case .barrierAck(let ack):
            body.write(ack.handle)
            body.write(ack.writes)
        case .bitmap(let packet):
            packet.words.forEach { body.writeLittleEndian($0) }
        case .compressedBitmap(let packet):
            packet.write(to: &body)
        case .syncUUID(let uuid):
            body.write(uuid)
        case .data, .dataReply, .resyncDataReply, .trim, .zeroes, .dataRequest, .resyncDataRequest,
            .resyncThinRequest, .checksumResyncRequest, .verifyRequest, .verifyReply, .outOfSync,
            .resyncDeallocated, .receiveAck, .writeAck, .resyncWriteAck, .negativeAck, .superseded, .retryWrite,
            .negativeDataReply, .resyncIsInSync, .negativeResyncDataReply, .resyncCancel, .verifyResult:
            writeBlocks(to: &body)
        }
    }

    /// The packets that begin with a sector.
    private func writeBlocks(to body: inout ByteWriter) {
        switch self {
        case .data(let packet), .dataReply(let packet), .resyncDataReply(let packet):
            packet.write(to: &body)
        case .trim(let packet), .zeroes(let packet):
            packet.write(to: &body)
        case .dataRequest(let packet), .resyncDataRequest(let packet), .resyncThinRequest(let packet),
            .verifyRequest(let packet):
            packet.write(to: &body)
        case .checksumResyncRequest(let packet), .verifyReply(let packet):
            BlockRequest(range: packet.range, blockID: packet.blockID).write(to: &body)
            body.write(packet.digest)
        case .outOfSync(let packet), .resyncDeallocated(let packet):
            packet.write(to: &body)
        case .receiveAck(let ack), .writeAck(let ack), .resyncWriteAck(let ack), .negativeAck(let ack),
            .superseded(let ack), .retryWrite(let ack), .negativeDataReply(let ack), .resyncIsInSync(let ack),
            .negativeResyncDataReply(let ack), .resyncCancel(let ack):
            ack.write(to: &body)
        case .verifyResult(let result):
            let id = result.inSync ? VerifyResult.inSyncID : VerifyResult.outOfSyncID
            BlockAck(range: result.range, blockID: id, sequence: result.sequence).write(to: &body)
        default:
            preconditionFailure("\(command) has no blocks")
        }
    }
}
