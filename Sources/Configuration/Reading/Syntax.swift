import ClusterModel

/// How a setting may be written: reads the value, and says in words what is allowed.
struct Syntax<Value> {
    /// What is allowed, for messages.
    let allowed: String
    /// Words from which a misspelled one is suggested.
    let candidates: [String]
    /// The value, or nil where it is not allowed.
    let read: (TOMLNode) -> Value?

    init(_ allowed: String, candidates: [String] = [], read: @escaping (TOMLNode) -> Value?) {
        self.allowed = allowed
        self.candidates = candidates
        self.read = read
    }

    /// A string for which `parse` finds a meaning.
    static func text(_ allowed: String, candidates: [String] = [], parse: @escaping (String) -> Value?) -> Syntax {
        Syntax(allowed, candidates: candidates) { node in
            if case .string(let text) = node { parse(text) } else { nil }
        }
    }

    static func number(_ range: ClosedRange<Int>, make: @escaping (Int) -> Value?) -> Syntax {
        Syntax("a number from \(range.lowerBound) to \(range.upperBound)") { node in
            if case .integer(let number) = node, range.contains(number) { make(number) } else { nil }
        }
    }
}

extension Syntax where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var word: Syntax {
        let words = Value.allCases.map(\.rawValue)
        return .text(quotedList(words), candidates: words) { Value(rawValue: $0) }
    }
}

extension Syntax where Value: Name {
    static var name: Syntax {
        .text("1 to 63 letters, digits, \"-\", \"_\" or \".\", beginning with a letter or digit") { Value($0) }
    }
}

extension Syntax where Value == Duration {
    static func time(_ range: ClosedRange<Duration>) -> Syntax {
        let limits = "from \(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))"
        return .text("a time with its unit, such as \"2s\" or \"100ms\", \(limits)") { text in
            DurationText.parse(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Syntax where Value == UInt64 {
    static func size(_ range: ClosedRange<UInt64>) -> Syntax {
        let limits = "from \(ByteSizeText.text(range.lowerBound)) to \(ByteSizeText.text(range.upperBound))"
        return Syntax("a size such as \"100M\" (K, M, G, T are powers of 1024; without a letter bytes), \(limits)") {
            node in
            let bytes: UInt64? =
                switch node {
                case .string(let text): ByteSizeText.parse(text)
                case .integer(let number): UInt64(exactly: number)
                case .boolean, .other, .array, .table: nil
                }
            return bytes.flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Syntax where Value == String {
    /// An absolute path.
    static var path: Syntax {
        .text("an absolute path, such as \"/dev/sda1\"") { text in
            text.hasPrefix("/") && text.utf8.count < 4096 && isPrintable(text) ? text : nil
        }
    }

    static var interface: Syntax {
        .text("an interface name of up to 15 characters without blank, \"/\" or \":\", such as \"eth0\"") { text in
            isInterfaceName(text) ? text : nil
        }
    }

    static var label: Syntax {
        .text("an address label of up to 15 characters, such as \"eth0:0\"") { text in
            isInterfaceName(text.replacing(":", with: "")) && text.utf8.count <= 15 ? text : nil
        }
    }

    /// A word without blanks, for mount options and file system types.
    static func token(_ allowed: String) -> Syntax {
        .text(allowed) { text in
            let isToken = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") }
            return isToken && (1...255).contains(text.utf8.count) ? text : nil
        }
    }

    /// An argument of a script: any text without control characters.
    static var argument: Syntax {
        .text("a text without control characters") { isPrintable($0) && $0.utf8.count < 4096 ? $0 : nil }
    }

    /// An address that one machine can own, in its canonical spelling.
    static var address: Syntax {
        .text("an IPv4 or IPv6 address, such as \"192.0.2.1\" or \"2001:db8::1\"") { text in
            AddressText(text).flatMap { $0.isUnicast ? $0.canonical : nil }
        }
    }

    static var multicastGroup: Syntax {
        .text("an IPv4 or IPv6 multicast group, such as \"239.255.42.1\" or \"ff02::42\"") { text in
            AddressText(text).flatMap { $0.isMulticast ? $0.canonical : nil }
        }
    }

    static var endpoint: Syntax {
        .text("ADDRESS:PORT, such as \"192.0.2.1:7788\" or \"[2001:db8::1]:7788\"") { text in
            EndpointText(text).flatMap { $0.address.isUnicast ? $0.canonical : nil }
        }
    }

    private static func isInterfaceName(_ text: String) -> Bool {
        (1...15).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
    }
}
