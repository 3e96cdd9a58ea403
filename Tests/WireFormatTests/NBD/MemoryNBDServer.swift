import ClusterModel
import Foundation
import Glibc
import WireFormat

/// An NBD server on a unix socket with a disk in memory: the codec's values and nothing else between client and bytes.
/// Serves one connection after the other until it is stopped.
final class MemoryNBDServer: Sendable {
    let path: String
    private let listener: Int32
    private let thread: DispatchQueue
    private let finished = DispatchSemaphore(value: 0)

    init(export: NBDExport) throws {
        path = NSTemporaryDirectory() + "bascule-nbd-\(UUID().uuidString.prefix(8)).sock"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        thread = DispatchQueue(label: "memory NBD server")
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard listener >= 0, bound == 0, listen(listener, 8) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL)
        }
        thread.async { [listener, finished] in
            var disk = [UInt8](repeating: 0, count: Int(export.size))
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Self.serve(connection, export, &disk)
                close(connection)
            }
            finished.signal()
        }
    }

    /// Ends the server and takes its socket away. A client that still talks is cut off by its own end.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        finished.wait()
        close(listener)
        unlink(path)
    }

    private static func serve(_ connection: Int32, _ export: NBDExport, _ disk: inout [UInt8]) {
        var handshake = NBDServerHandshake(exports: [export])
        send(connection, handshake.greeting)
        var unread: [UInt8] = []
        negotiation: while true {
            guard let bytes = receive(connection, atMost: 4096) else { return }
            let step = handshake.receive(bytes)
            send(connection, step.reply)
            switch step.outcome {
            case nil: continue
            case .chosen(_, let rest):
                unread = rest
                break negotiation
            case .aborted, .failed: return
            }
        }
        while let bytes = take(NBDRequest.size, connection, &unread), let request = try? NBDRequest(bytes[...]) {
            guard let data = take(request.payloadBytes, connection, &unread), request.command != .disconnect else {
                return
            }
            answer(request, data, connection, export, &disk)
        }
    }

    private static func answer(
        _ request: NBDRequest, _ data: [UInt8], _ connection: Int32, _ export: NBDExport, _ disk: inout [UInt8]
    ) {
        let error = request.refusal(by: export)
        send(connection, NBDSimpleReply(cookie: request.cookie, error: error).encoded())
        guard error == nil else { return }
        let range = Int(request.range.offset)..<Int(request.range.end)
        switch request.command {
        case .read: send(connection, Array(disk[range]))
        case .write: disk.replaceSubrange(range, with: data)
        case .trim, .writeZeroes: disk.replaceSubrange(range, with: repeatElement(0, count: range.count))
        case .flush, .cache, .disconnect, .blockStatus, .unknown: break
        }
    }

    private static func take(_ count: Int, _ connection: Int32, _ unread: inout [UInt8]) -> [UInt8]? {
        while unread.count < count {
            guard let bytes = receive(connection, atMost: 1 << 16) else { return nil }
            unread += bytes
        }
        defer { unread.removeFirst(count) }
        return Array(unread.prefix(count))
    }

    private static func receive(_ connection: Int32, atMost limit: Int) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = read(connection, &buffer, limit)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    private static func send(_ connection: Int32, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
