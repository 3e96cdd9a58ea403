/// The secret that both nodes sign with. Never shown: neither its description nor a dump of a value around it prints it.
package struct SharedKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Tells keys apart while they are changed; 1 where the file gives none.
    package let number: UInt8
    /// At least ``smallest`` bytes.
    package let bytes: [UInt8]

    /// 128 bits: what nobody guesses.
    package static let smallest = 16
    /// More than any key has; a larger file is another file.
    static let largestFile = 4096

    /// Takes key material of outside; nil where it is too short.
    package init?(number: UInt8 = 1, bytes: [UInt8]) {
        guard bytes.count >= Self.smallest else { return nil }
        self.number = number
        self.bytes = bytes
    }

    package var description: String { "shared key \(number) of \(bytes.count) bytes" }

    package var customMirror: Mirror { Mirror(self, children: []) }
}
