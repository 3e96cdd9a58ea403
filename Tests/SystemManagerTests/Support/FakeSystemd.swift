import Foundation
import LinuxIO

/// Somebody at systemd's socket who can greet, and then misbehaves on purpose.
final class FakeSystemd {
    enum Conduct {
        /// Accepts and says nothing, not even a greeting.
        case mute
        /// Greets and never answers.
        case silent
        /// Closes at once.
        case hangUp
        /// Greets, then closes when the first call comes.
        case hangUpAtCall
        /// Greets, then sends these bytes.
        case noise([UInt8])
    }

    let path: String
    private let folder: URL
    private let loop: EventLoop
    private var listener: UnixListener?
    private var connections: [UnixConnection] = []
    private(set) var connectionCount = 0

    init(_ conduct: Conduct, on loop: EventLoop) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("bascule-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent("private socket").path
        self.loop = loop
        listener = try UnixListener(path: path, loop: loop) { [unowned self] in accept($0, conduct) }
    }

    deinit {
        listener?.close()
        do { try FileManager.default.removeItem(at: folder) } catch {}
    }

    private func accept(_ connection: UnixConnection, _ conduct: Conduct) {
        connectionCount += 1
        connections.append(connection)
        var heard: [UInt8] = []
        var hasGreeted = false
        if case .hangUp = conduct { return connection.close() }
        connection.onReadable = { [unowned connection] in
            heard += connection.receive(limit: 65536)
            guard let begin = heard.firstRange(of: [UInt8]("BEGIN\r\n".utf8)) else { return }
            if case .mute = conduct { return }
            if !hasGreeted {
                hasGreeted = true
                connection.send([UInt8]("DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n".utf8))
                if case .noise(let bytes) = conduct { connection.send(bytes) }
            }
            if case .hangUpAtCall = conduct, heard.count > begin.upperBound { connection.close() }
        }
    }
}
