import Glibc

/// An HTTP/1.0 request of at most 1 MiB, read off a socket.
struct Request {
    let method: String
    let path: String
    let body: [UInt8]

    private static let limit = 1 << 20

    init?(reading connection: Int32) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        func more() -> Bool {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0, bytes.count + count <= Self.limit else { return false }
            bytes += chunk[..<count]
            return true
        }
        var end: Int?
        while end == nil {
            guard more() else { return nil }
            end = Self.endOfHead(bytes)
        }
        guard let end else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, words[1].hasPrefix("/") else { return nil }
        let length =
            lines.dropFirst().compactMap { line -> Int? in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
                return Int(parts[1].trimmingPrefix(" "))
            }.first ?? 0
        guard (0...Self.limit).contains(length) else { return nil }
        while bytes.count < end + 4 + length { guard more() else { return nil } }
        method = String(words[0])
        path = String(words[1])
        body = Array(bytes[(end + 4)..<(end + 4 + length)])
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }
}
