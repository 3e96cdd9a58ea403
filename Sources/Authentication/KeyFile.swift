/// Reads the text of the cluster's key file (`/etc/bascule/cluster.key`).
///
///     # comment
///     1 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
///
/// One key a line: its number (0…255), blanks, at least 16 bytes in hexadecimal. The first one seals. Who may read the file
/// is checked where it is opened.
package enum KeyFile {
    package struct Flaw: Error, Hashable, Sendable, CustomStringConvertible {
        /// 0 where it is no line's fault.
        package var line: Int
        package var description: String

        package init(line: Int, _ description: String) {
            self.line = line
            self.description = description
        }
    }

    package static let maximumKeys = 8

    package static func parse(_ text: String) throws(Flaw) -> [HeartbeatKey] {
        var keys: [HeartbeatKey] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            if words.isEmpty { continue }
            let key = try parse(words, line: index + 1)
            guard !keys.contains(where: { $0.id == key.id }) else {
                throw Flaw(line: index + 1, "key \(key.id) is given twice")
            }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw Flaw(line: 0, "there is no key in it") }
        guard keys.count <= maximumKeys else { throw Flaw(line: 0, "more than \(maximumKeys) keys") }
        return keys
    }

    private static func parse(_ words: [Substring], line: Int) throws(Flaw) -> HeartbeatKey {
        guard words.count == 2 else { throw Flaw(line: line, "a key is a number and a hexadecimal secret") }
        guard let id = UInt8(words[0]) else { throw Flaw(line: line, "the key's number must be 0 to 255") }
        guard let secret = bytes(ofHexadecimal: words[1]) else {
            throw Flaw(line: line, "the secret must be hexadecimal, two digits a byte")
        }
        guard let key = HeartbeatKey(id: id, secret: secret) else {
            throw Flaw(
                line: line, "the secret has \(secret.count) bytes, at least \(HeartbeatKey.minimumLength) are needed")
        }
        return key
    }

    private static func bytes(ofHexadecimal text: Substring) -> [UInt8]? {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2), digits.count <= 1024 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
