import Foundation
import Testing

/// The derived examples of packets and bitmap transfers, see `Vectors/README.md`.
enum WireVectors {
    struct Example: Decodable {
        var bytes: String
        var packet: String
        var socket: String
    }

    struct RunLengths: Decodable {
        struct Word: Decodable {
            var bits: Int
            var code_least_bit_first: String
            var run: UInt64
        }
        struct Packet: Decodable {
            var packet: String
            var payload: String
        }
        struct Transfer: Decodable {
            var bits: UInt64
            var name: String
            var packets: [Packet]
        }
        var code_words: [Word]
        var transfers: [Transfer]
    }

    static func examples() throws -> [Example] {
        try JSONDecoder().decode([Example].self, from: try file("wire-examples"))
    }

    static func runLengths() throws -> RunLengths {
        try JSONDecoder().decode(RunLengths.self, from: try file("bitmap-rle"))
    }

    private static func file(_ name: String) throws -> Data {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Vectors"))
        return try Data(contentsOf: url)
    }
}

/// The bytes that pairs of hexadecimal digits stand for; blanks are skipped.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue).map(UInt8.init)
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
