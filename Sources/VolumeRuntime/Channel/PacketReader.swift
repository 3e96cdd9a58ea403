import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// Takes packets off one peer socket's stream: header, fixed part, then the block data into a buffer of its own.
struct PacketReader {
    /// What is needed to go on.
    enum Step {
        case packet(PeerPacket, AlignedBuffer?)
        /// Read more into the stream.
        case wantsBytes
        /// The pool is exhausted: stop reading until a buffer comes back.
        case wantsBuffer
        /// Read block data straight to here, and say how much came with `filled`.
        case wantsData(UnsafeMutableRawBufferPointer)
    }

    private enum State {
        case header
        case body(PacketHeader)
        case payload(PeerPacket, AlignedBuffer?, filled: Int)
    }

    /// Above this it is cheaper to read block data where it belongs than through the stream.
    private static let direct = 32768

    private let socket: PeerSocket
    private let pool: BufferPool
    private var state = State.header
    /// The features both sides have; before they are known only old headers are read.
    private var agreed: Features?

    init(socket: PeerSocket, pool: BufferPool) {
        self.socket = socket
        self.pool = pool
    }

    /// From here on packets are those of the agreed version.
    mutating func agree(on features: Features) {
        agreed = features
    }

    mutating func next(_ stream: IncomingStream) throws(WireError) -> Step {
        while true {
            switch state {
            case .header:
                let format: PacketHeader.Format = agreed == nil ? .h80 : .h100
                guard stream.available >= format.size else { return .wantsBytes }
                let bytes = stream.prefix(format.size)
                stream.consume(format.size)
                state = .body(try PacketHeader(bytes[...], as: format, on: socket, agreed: agreed ?? []))
            case .body(let header):
                guard stream.available >= header.fixedBytes else { return .wantsBytes }
                let bytes = stream.prefix(header.fixedBytes)
                stream.consume(header.fixedBytes)
                let packet = try PeerPacket(header: header, body: bytes[...], agreed: agreed ?? [])
                guard packet.payloadBytes > 0 else {
                    state = .header
                    return .packet(packet, nil)
                }
                state = .payload(packet, nil, filled: 0)
            case .payload(let packet, nil, _):
                guard let buffer = pool.take(packet.payloadBytes) else { return .wantsBuffer }
                state = .payload(packet, buffer, filled: 0)
            case .payload(let packet, .some(let buffer), let filled):
                if let step = fill(buffer, of: packet, from: filled, stream) { return step }
            }
        }
    }

    /// Says that this much arrived where `wantsData` pointed.
    mutating func filled(_ count: Int) {
        guard case .payload(let packet, let buffer, let filled) = state else {
            preconditionFailure("\(count) bytes of block data where none was asked for")
        }
        state = .payload(packet, buffer, filled: filled + count)
    }

    private mutating func fill(
        _ buffer: AlignedBuffer, of packet: PeerPacket, from filled: Int, _ stream: IncomingStream
    ) -> Step? {
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[filled..<packet.payloadBytes])
        let taken = stream.take(into: target)
        let rest = target.count - taken
        guard rest > 0 else {
            state = .header
            return .packet(packet, buffer)
        }
        state = .payload(packet, buffer, filled: filled + taken)
        guard rest >= Self.direct else { return .wantsBytes }
        return .wantsData(UnsafeMutableRawBufferPointer(rebasing: target[taken...]))
    }
}
