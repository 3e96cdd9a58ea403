import Authentication
import ClusterModel
import Configuration
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

    /// Longest sealed beat, bytes; fits a serial frame.
    static let longest = HeartbeatSeal.maximumSize
    private static let magic = withUnsafeBytes(of: HeartbeatCodec.magic.bigEndian, Array.init)

    init(_ seal: HeartbeatSeal, cluster: String) {
        self.seal = seal
        self.cluster = cluster
    }

    /// Seals with the first key of the key file, opens with all of them: a key is changed on one node after the other
    /// while both go on beating.
    ///
    /// - Precondition: at least one key; a file without any is refused at the start.
    init(keys: [SharedKey], cluster: String) {
        let secrets = keys.map { key in
            guard let secret = HeartbeatKey(id: key.number, secret: key.bytes) else {
                preconditionFailure("\(key) of a checked key file is too short for a seal")
            }
            return secret
        }
        guard let seal = HeartbeatSeal(secrets) else {
            preconditionFailure("the key file of a checked start holds no key")
        }
        self.init(seal, cluster: cluster)
    }

    /// Whether every beat of this cluster fits; checked once at the start.
    static func fits(_ definition: ClusterDefinition) -> Bool {
        HeartbeatCodec.largestSize(for: definition) <= HeartbeatCodec.maximumSize
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
