import CLinux
import Glibc

/// One HTTP/1.0 request over a fresh connection, with a short patience: the lab's client must notice an outage within
/// milliseconds. To be called on a thread that has entered the client's network namespace.
struct HTTPExchange {
    struct Failed: Error {
        let what: String
    }

    let address: String
    var patienceMilliseconds: Int32 = 250

    /// Puts the calling thread into a network namespace, for good.
    static func enter(_ namespacePath: String) throws {
        let descriptor = open(namespacePath, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LabError("cannot open \(namespacePath): errno \(errno)") }
        defer { close(descriptor) }
        guard clinux_setns(descriptor, clinux_CLONE_NEWNET) == 0 else {
            throw LabError("cannot enter \(namespacePath): errno \(errno)")
        }
    }

    func put(_ path: String, _ body: [UInt8]) throws {
        let head = "PUT \(path) HTTP/1.0\r\nContent-Length: \(body.count)\r\n\r\n"
        let answer = try exchange(Array(head.utf8) + body)
        guard answer.status == 201 else { throw Failed(what: "PUT \(path): status \(answer.status)") }
    }

    func get(_ path: String) throws -> [UInt8] {
        let answer = try exchange(Array("GET \(path) HTTP/1.0\r\n\r\n".utf8))
        guard answer.status == 200 else { throw Failed(what: "GET \(path): status \(answer.status)") }
        return answer.body
    }

    private func exchange(_ request: [UInt8]) throws -> (status: Int, body: [UInt8]) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard socket >= 0 else { throw Failed(what: "socket") }
        defer { close(socket) }
        try connect(socket)
        try send(socket, request)
        return try Self.parse(receiveAll(socket))
    }

    private func connect(_ socket: Int32) throws {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(80).bigEndian
        guard inet_pton(AF_INET, address, &target.sin_addr) == 1 else { throw Failed(what: "address") }
        let started = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard started == 0 || errno == EINPROGRESS else { throw Failed(what: "connect") }
        try ready(socket, POLLOUT, "connect")
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0, error == 0 else {
            throw Failed(what: "connect: errno \(error)")
        }
    }

    private func ready(_ socket: Int32, _ events: Int32, _ what: String) throws {
        var poll = pollfd(fd: socket, events: Int16(events), revents: 0)
        guard Glibc.poll(&poll, 1, patienceMilliseconds) == 1 else { throw Failed(what: "\(what): no answer") }
    }

    private func send(_ socket: Int32, _ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            try ready(socket, POLLOUT, "send")
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failed(what: "send") }
            sent += count
        }
    }

    private func receiveAll(_ socket: Int32) throws -> [UInt8] {
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while answer.count < 1 << 22 {
            try ready(socket, POLLIN, "receive")
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count >= 0 else { throw Failed(what: "receive") }
            if count == 0 { return answer }
            answer += chunk[..<count]
        }
        throw Failed(what: "the answer is too long")
    }

    private static func parse(_ answer: [UInt8]) throws -> (status: Int, body: [UInt8]) {
        let end: [UInt8] = [13, 10, 13, 10]
        guard answer.count >= 12, let status = Int(String(decoding: answer[9..<12], as: UTF8.self)),
            let split = (0..<(answer.count - 3)).first(where: { Array(answer[$0..<($0 + 4)]) == end })
        else { throw Failed(what: "not an HTTP answer of \(answer.count) bytes") }
        return (status, Array(answer[(split + 4)...]))
    }
}
