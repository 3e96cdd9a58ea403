import LinuxIO
import Replication
import WireFormat

/// Why a volume's disk cannot be used. Each says what was found where, and what to do.
package enum VolumeDiskError: Error, Hashable, Sendable {
    /// The definition leaves something out.
    case undefined(String)
    case system(SystemError)
    /// No superblock that can be used at the place the device's size says.
    case superblock(path: String, SuperblockDecodingError)
    case layout(path: String, MetadataLayoutError)
    /// The log cannot tell which blocks a crashed primary was writing.
    case activityLog(path: String, ActivityLogRecoveryError)
    /// What forbids attaching, gravest first.
    case problems(path: String, [MetadataProblem])
    /// Data of somebody else's are there.
    case foreignData(path: String, [DeviceSignature])
    /// There are metadata already.
    case hasMetadata(path: String)
}

extension VolumeDiskError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .undefined(let text):
            return "\(text): add it to the configuration"
        case .system(let error):
            return "\(error)"
        case .superblock(let path, .notMetadata):
            return "there are no volume metadata on \(path): is it the right device? A new one is prepared with"
                + " `bascule volume create-metadata NAME`"
        case .superblock(let path, let error):
            return "\(path): \(error)"
        case .layout(let path, let error):
            return "\(path): \(error)"
        case .activityLog(let path, let error):
            return
                "\(path): \(error). If the other node's copy is good, run `bascule volume create-metadata NAME --overwrite-metadata`"
                + " here, and it is copied again"
        case .problems(let path, let problems):
            return problems.map { "\(path): \($0)" }.joined(separator: "; ")
        case .foreignData(let path, let signatures):
            let list = signatures.map(\.description).joined(separator: ", ")
            return
                "\(path) holds data already (\(list)): nothing was changed. If they are meant to become the volume's, or may be lost, say so with --keep-existing-data"
        case .hasMetadata(let path):
            return "\(path) has volume metadata already: nothing was changed. To forget them, and so that this copy"
                + " was ever in step with the other one, say --overwrite-metadata"
        }
    }
}
