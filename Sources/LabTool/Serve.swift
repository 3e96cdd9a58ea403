import ArgumentParser
import Glibc

/// The service of the lab: documents below a folder, read with GET and written with PUT.
///
/// A PUT is answered after the file and its folder are on stable storage, so that an acknowledged record has to survive
/// everything the pair promises. One connection at a time, no frills: it must start in milliseconds.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a folder over HTTP: GET reads, PUT writes durably.")

    @Option(help: "Folder of the documents.") var root: String
    @Option(help: "TCP port.") var port: UInt16 = 80
    @Option(help: "Written as soon as connections are accepted.") var pidFile: String

    func run() throws {
        let listener = try listen()
        try writePID()
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            answer(connection)
            close(connection)
        }
    }

    private func listen() throws -> Int32 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, Glibc.listen(listener, 16) == 0 else {
            throw ValidationError("cannot listen on port \(port): errno \(errno)")
        }
        return listener
    }

    private func writePID() throws {
        let file = open(pidFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw ValidationError("cannot write \(pidFile): errno \(errno)") }
        let text = Array("\(getpid())\n".utf8)
        _ = write(file, text, text.count)
        close(file)
    }

    private func answer(_ connection: Int32) {
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard let request = Request(reading: connection) else { return respond(connection, "400 Bad Request") }
        let path = root + request.path
        guard !request.path.contains("..") else { return respond(connection, "403 Forbidden") }
        switch request.method {
        case "GET":
            guard let body = read(path) else { return respond(connection, "404 Not Found") }
            respond(connection, "200 OK", body)
        case "PUT":
            respond(connection, store(request.body, path) ? "201 Created" : "500 Internal Server Error")
        default:
            respond(connection, "405 Method Not Allowed")
        }
    }

    private func respond(_ connection: Int32, _ status: String, _ body: [UInt8] = []) {
        let head = "HTTP/1.0 \(status)\r\nContent-Length: \(body.count)\r\n\r\n"
        let bytes = Array(head.utf8) + body
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            guard count >= 0 else { return nil }
            if count == 0 { return content }
            content += chunk[..<count]
        }
    }

    private func store(_ body: [UInt8], _ path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { return false }
        let written = write(file, body, body.count)
        let durable = fsync(file) == 0
        close(file)
        guard written == body.count, durable else { return false }
        let folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        return fsync(folder) == 0
    }
}
