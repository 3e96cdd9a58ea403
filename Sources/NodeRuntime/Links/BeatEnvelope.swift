import Authentication
import ClusterModel
import WireFormat

/// Gives beats their sealed bytes, and takes in only what was sealed with the same key.
struct BeatEnvelope {
    /// What arriving bytes turned out to be.
    enum Content: Hashable {
        case beat(Heartbeat)
        /// No heartbeat.
        case garbled
        /// It looks like a heartbeat, but was sealed with another key, or changed on the way.
        case badlySigned
        /// A well-sealed beat of a cluster that uses the same key.
        case foreign(cluster: String)
    }

    private let seal: HeartbeatSeal
    private let cluster: String

    /// Longest sealed beat, bytes: what fits a serial frame.
    static let longest = SerialFrame.payloadLimit
    private static let magic = withUnsafeBytes(of: HeartbeatCodec.magic.bigEndian, Array.init)

    init(_ seal: HeartbeatSeal, cluster: String) {
        self.seal = seal
        self.cluster = cluster
    }

    /// Whether every beat of this cluster fits; checked once at the start.
    static func fits(_ definition: ClusterDefinition) -> Bool {
        1 + HeartbeatCodec.largestSize(for: definition) + HeartbeatSeal.codeSize <= longest
    }

    /// - Precondition: the definition was found to fit.
    func close(_ beat: Heartbeat) -> [UInt8] {
        do throws(HeartbeatCodec.EncodingError) {
            return seal.seal(try HeartbeatCodec.encode(beat))
        } catch {
            preconditionFailure("a beat of a checked definition has no bytes: \(error)")
        }
    }

    func open(_ packet: [UInt8]) -> Content {
        do {
            let beat = try HeartbeatCodec.decode(try seal.open(packet[...]))
            return beat.cluster == cluster ? .beat(beat) : .foreign(cluster: beat.cluster)
        } catch HeartbeatSeal.Flaw.unknownKey, HeartbeatSeal.Flaw.wrongCode {
            // A stray datagram is no attack: only what begins as a beat does counts as one under a wrong key.
            return packet.dropFirst().starts(with: Self.magic) ? .badlySigned : .garbled
        } catch {
            return .garbled
        }
    }
}
