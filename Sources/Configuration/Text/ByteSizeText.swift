/// Sizes and rates as the definition and drbd.conf write them: `100M`, `4096`, with K, M, G, T as powers of 1024.
package enum ByteSizeText {
    private static let units: [(letter: Character, shift: UInt64)] = [("T", 40), ("G", 30), ("M", 20), ("K", 10)]

    /// The number of bytes, or nil where the text is no size. `defaultUnit` counts where no letter follows the digits.
    package static func parse(_ text: String, defaultUnit: UInt64 = 1) -> UInt64? {
        let unit = units.first { text.last?.uppercased() == String($0.letter) }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.utf8.count <= 18, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt64(digits)
        else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.map { 1 << $0.shift } ?? defaultUnit)
        return overflow ? nil : bytes
    }

    /// The shortest text that reads back to the same size.
    package static func text(_ bytes: UInt64) -> String {
        guard bytes > 0 else { return "0" }
        for unit in units where bytes % (1 << unit.shift) == 0 {
            return "\(bytes >> unit.shift)\(unit.letter)"
        }
        return String(bytes)
    }
}
