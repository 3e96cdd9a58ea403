import Replication
import WireFormat

/// Both steps of the decoder on a packet's header and fixed part, as a runtime takes them.
func decode(
    _ bytes: [UInt8], on socket: PeerSocket, as format: PacketHeader.Format,
    agreed: Features = PacketSamples.allFeatures
) throws(WireError) -> (header: PacketHeader, packet: PeerPacket) {
    let header = try PacketHeader(bytes.prefix(format.size), as: format, on: socket, agreed: agreed)
    let body = bytes.dropFirst(format.size).prefix(header.fixedBytes)
    return (header, try PeerPacket(header: header, body: body, agreed: agreed))
}
