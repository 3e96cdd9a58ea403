import Crypto
import WireFormat

/// Seals beats so that only a holder of the cluster's key can make one: HMAC-SHA256 (RFC 2104, FIPS 198-1) over key id and
/// beat, in front of which nothing is parsed.
///
///     key id   1 byte
///     beat     at most 479 bytes (`HeartbeatCodec`)
///     code     32 bytes over everything before it
///
/// The code does not hide anything and does not stop replays; sequence, boot and incarnation in the beat do.
package struct HeartbeatSeal: Sendable {
    package static let codeSize = 32
    /// What the seal adds to a beat: key id and code.
    package static let overhead = 1 + codeSize
    /// A full beat under its seal; fills a serial frame (`SerialFrame.payloadLimit`).
    package static let maximumSize = HeartbeatCodec.maximumSize + overhead

    /// Why a packet is not a sealed beat of this cluster. Counted per link, never logged one by one.
    package enum Flaw: Error, Hashable, Sendable, CustomStringConvertible {
        case badLength(Int)
        case unknownKey(UInt8)
        /// Another key, or bytes changed on the way.
        case wrongCode

        package var description: String {
            switch self {
            case .badLength(let length): "\(length) bytes are no sealed heartbeat"
            case .unknownKey(let id): "sealed with key \(id), which this node does not have"
            case .wrongCode: "sealed with another key, or damaged"
            }
        }
    }

    private let keys: [(id: UInt8, key: SymmetricKey)]

    /// The first key seals; all of them open, so that a key can be changed on one node after the other.
    package init?(_ secrets: [HeartbeatKey]) {
        guard !secrets.isEmpty else { return nil }
        keys = secrets.map { ($0.id, SymmetricKey(data: $0.secret)) }
    }

    package func seal(_ beat: [UInt8]) -> [UInt8] {
        let sealed = [keys[0].id] + beat
        return sealed + Array(HMAC<SHA256>.authenticationCode(for: sealed, using: keys[0].key))
    }

    /// The beat's bytes if the code is right; compared in constant time.
    package func open(_ packet: ArraySlice<UInt8>) throws(Flaw) -> ArraySlice<UInt8> {
        guard packet.count > Self.overhead, packet.count <= Self.maximumSize, let id = packet.first else {
            throw .badLength(packet.count)
        }
        guard let key = keys.first(where: { $0.id == id })?.key else { throw .unknownKey(id) }
        let sealed = packet.dropLast(Self.codeSize)
        let code = Array(packet.suffix(Self.codeSize))
        guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(sealed), using: key) else {
            throw .wrongCode
        }
        return sealed.dropFirst()
    }
}
