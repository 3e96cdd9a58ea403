/// The content of a key file: comment lines beginning with `#`, and one line for each key, the first of which signs.
///
/// A line is the key's number (0…255) and a blank, or neither, and the key. The key counts as hexadecimal if it is at least
/// 32 hexadecimal digits, else as base64 if it is at least 24 characters of padded base64, else as the bytes themselves.
/// Both nodes read the same file by the same rule.
enum KeyText {
    enum Fault: Error, Hashable {
        case empty
        /// Two lines with one number.
        case twice(number: UInt8)
        case tooMany
        case tooShort(bytes: Int)
    }

    /// One in use, one to come, and room for those that forget to clean up.
    static let mostKeys = 8

    static func parse(_ content: [UInt8]) throws(Fault) -> [SharedKey] {
        var keys: [SharedKey] = []
        for line in content.split(separator: UInt8(ascii: "\n")).map({ trimmed(Array($0)) }) {
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            let key = try key(of: line)
            guard !keys.contains(where: { $0.number == key.number }) else { throw .twice(number: key.number) }
            guard keys.count < mostKeys else { throw .tooMany }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw .empty }
        return keys
    }

    /// What `generate` writes.
    static func text(of key: SharedKey) -> String {
        let digits = key.bytes.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
        return "# The shared key of a Bascule pair: the same on both servers, readable by root only.\n"
            + "\(key.number) \(digits.joined())\n"
    }

    private static func key(of line: [UInt8]) throws(Fault) -> SharedKey {
        let digits = line.prefix { (0x30...0x39).contains($0) }
        let rest = line.dropFirst(digits.count)
        var (number, secret) = (UInt8(1), line)
        if let first = rest.first, first == 0x20 || first == 0x09,
            let given = UInt8(String(decoding: digits, as: UTF8.self))
        {
            (number, secret) = (given, trimmed(Array(rest)))
        }
        let bytes = hexadecimal(secret) ?? base64(secret) ?? secret
        guard let key = SharedKey(number: number, bytes: bytes) else { throw .tooShort(bytes: bytes.count) }
        return key
    }

    private static func trimmed(_ line: [UInt8]) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
        return Array(line.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }

    private static func hexadecimal(_ line: [UInt8]) -> [UInt8]? {
        guard line.count >= 32, line.count.isMultiple(of: 2) else { return nil }
        let digits = line.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == line.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func base64(_ line: [UInt8]) -> [UInt8]? {
        guard line.count >= 24, line.count.isMultiple(of: 4) else { return nil }
        let padding = line.suffix(2).count { $0 == UInt8(ascii: "=") }
        let digits = line.dropLast(padding).compactMap(base64Digit)
        guard digits.count == line.count - padding else { return nil }
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        for (position, digit) in digits.enumerated() {
            buffer = buffer << 6 | digit
            if position % 4 > 0 { bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(6 - position % 4 * 2))) }
        }
        return bytes
    }

    private static func base64Digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5a: UInt32(byte - 0x41)
        case 0x61...0x7a: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
