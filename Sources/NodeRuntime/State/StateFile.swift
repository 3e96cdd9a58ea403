import ClusterModel
import FoundationEssentials
import LinuxIO
import NodeCore

/// The node's little stable storage: one file, replaced as a whole.
///
/// First line: format name, version, FNV-1a digest of the rest; then the state as JSON. Written beside the old file,
/// synced, renamed over it, and the folder synced, so that after any crash either the old or the new state is there.
package struct StateFile: Sendable {
    package enum Unreadable: Error, Hashable, CustomStringConvertible {
        case missing
        case damaged(String)

        package var description: String {
            switch self {
            case .missing: "there is no state file yet"
            case .damaged(let why): "the state file is damaged (\(why)); going on as a node that proves nothing"
            }
        }
    }

    package let path: String
    private static let heading = "bascule-state 1 "

    package init(path: String) {
        self.path = path
    }

    /// What the file holds. A file that cannot be trusted is as good as none, since an empty state proves nothing.
    package func read() throws(Unreadable) -> StoredState {
        let text: String
        do {
            let file = try FileDescriptor.open(path, 0)
            text = String(decoding: try file.readAll(limit: 1 << 20), as: UTF8.self)
        } catch {
            if error.errno == 2 { throw .missing }
            throw .damaged("\(error)")
        }
        guard let lineEnd = text.firstIndex(of: "\n") else { throw .damaged("it has no heading") }
        let body = Array(text[text.index(after: lineEnd)...].utf8)
        guard text[..<lineEnd] == Self.heading + Self.digest(body) else { throw .damaged("the digest is wrong") }
        do {
            return try JSONDecoder().decode(StoredState.self, from: Data(body))
        } catch {
            throw .damaged("\(error)")
        }
    }

    /// Makes the state durable; returns when it is. Blocks on the disk: called on a worker, never on the loop.
    package func write(_ state: StoredState) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let body = [UInt8](try encoder.encode(state))
        try DurableFile.replace(path, with: Array((Self.heading + Self.digest(body) + "\n").utf8) + body)
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        let digest = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(digest, radix: 16)
    }
}
