/// Names of the things a cluster definition speaks of. Each kind is a type of its own, so that a link's
/// name can never be passed for a node's. All follow one rule: 1…63 characters out of letters, digits,
/// `-`, `_` and `.`, beginning with a letter or digit.
package protocol Name: Hashable, Comparable, Sendable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
    var text: String { get }
    init(unchecked text: String)
}

extension Name {
    /// Makes a name of outside text, or nil where the text breaks the rule.
    package init?(_ text: String) {
        guard Self.isAllowed(text) else { return nil }
        self.init(unchecked: text)
    }

    package init(stringLiteral text: String) {
        precondition(Self.isAllowed(text), "a name in the source breaks the rule of names: \(text)")
        self.init(unchecked: text)
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let name = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a name: \(text.prefix(80))"))
        }
        self = name
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.text < right.text
    }

    package var description: String { text }

    /// Whether outside text may be a name.
    package static func isAllowed(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 63, isLetterOrDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2d || $0 == 0x5f || $0 == 0x2e }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}

/// A node's name, as `uname -n` gives it and `cluster.toml` lists it.
package struct NodeName: Name {
    package let text: String
    package init(unchecked text: String) { self.text = text }
}

/// A heartbeat link's name, e.g. `lan`, `direct`, `null-modem`.
package struct LinkName: Name {
    package let text: String
    package init(unchecked text: String) { self.text = text }
}

/// A replicated volume's name; `/dev/bascule/NAME` is its device.
package struct VolumeName: Name {
    package let text: String
    package init(unchecked text: String) { self.text = text }
}

/// The name of a group of resources that move together.
package struct GroupName: Name {
    package let text: String
    package init(unchecked text: String) { self.text = text }
}
