/// The name of one generation of the data: a random number, drawn whenever the two copies begin to diverge.
///
/// Bit 0 is not part of the name: it says whether the node was Primary when it wrote it (drbd-8.4 on-disk
/// metadata, generation UUIDs). `==` compares all 64 bits and is for records; ask `matches(_:)` whether two
/// generations are the same.
package struct GenerationUUID: RawRepresentable, Hashable, Sendable, Codable {
    package var rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// No generation.
    package static let none = GenerationUUID(rawValue: 0)
    /// The current generation of metadata that has never been used.
    package static let justCreated = GenerationUUID(rawValue: 4)

    /// A generation out of a random number. Numbers that mean something else (below 8) are moved out of the way.
    package static func fresh(random: UInt64) -> GenerationUUID {
        GenerationUUID(rawValue: random < 8 ? random + 8 : random)
    }

    /// Whether both name the same generation.
    package func matches(_ other: GenerationUUID) -> Bool {
        (rawValue ^ other.rawValue) & ~1 == 0
    }

    /// Whether this names a generation at all.
    package var isSome: Bool { !matches(.none) }

    /// Bit 0: the node that wrote this was Primary.
    package var wasPrimary: Bool { rawValue & 1 != 0 }

    /// The same generation, with bit 0 telling `role`.
    package func marked(for role: Role) -> GenerationUUID {
        GenerationUUID(rawValue: rawValue & ~1 | (role == .primary ? 1 : 0))
    }
}

extension GenerationUUID: CustomStringConvertible {
    /// 16 upper-case hexadecimal digits, as `drbdmeta get-gi` prints them.
    package var description: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
