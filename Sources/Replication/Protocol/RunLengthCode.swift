/// The variable-length code of a run of equal bits (drbd-8.4 bitmap exchange, code words).
///
/// A code word is a prefix that names a class, then the run's distance from the least run of the class. Both go out
/// least significant bit first.
enum RunLengthCode {
    /// Runs of similar length, whose code words share prefix and length.
    struct Class {
        /// The prefix; the first bit sent is the least significant one.
        var prefix: UInt64
        var prefixBits: Int
        /// Bits of the distance from `lowest`.
        var dataBits: Int
        /// The shortest run of the class.
        var lowest: UInt64

        var totalBits: Int { prefixBits + dataBits }
        /// The longest run of the class.
        var highest: UInt64 { lowest + (1 << UInt64(dataBits)) - 1 }
    }

    static let classes = [
        Class(prefix: 0b0, prefixBits: 1, dataBits: 1, lowest: 1),
        Class(prefix: 0b01, prefixBits: 2, dataBits: 1, lowest: 3),
        Class(prefix: 0b011, prefixBits: 3, dataBits: 2, lowest: 5),
        Class(prefix: 0b0111, prefixBits: 4, dataBits: 3, lowest: 9),
        Class(prefix: 0b0_1111, prefixBits: 5, dataBits: 5, lowest: 17),
        Class(prefix: 0b01_1111, prefixBits: 6, dataBits: 8, lowest: 49),
        Class(prefix: 0b0011_1111, prefixBits: 8, dataBits: 13, lowest: 305),
        Class(prefix: 0b0111_1111, prefixBits: 8, dataBits: 21, lowest: 8497),
        Class(prefix: 0b1011_1111, prefixBits: 8, dataBits: 34, lowest: 2_105_649),
        Class(prefix: 0b1111_1111, prefixBits: 8, dataBits: 56, lowest: 17_181_974_833),
    ]

    /// The code word of a run of `run` bits, 1 and up; the first bit sent is the least significant one.
    static func word(for run: UInt64) -> (bits: UInt64, count: Int) {
        guard run > 0, let kind = classes.first(where: { run <= $0.highest }) else {
            preconditionFailure("a run of \(run) bits has no code word")
        }
        return ((run - kind.lowest) << UInt64(kind.prefixBits) | kind.prefix, kind.totalBits)
    }

    /// The run whose code word `bits` begins with, or nil where fewer than its bits are `available`.
    static func run(in bits: UInt64, available: Int) -> (length: UInt64, count: Int)? {
        for kind in classes where bits & ((1 << UInt64(kind.prefixBits)) - 1) == kind.prefix {
            guard kind.totalBits <= available else { return nil }
            let distance = bits >> UInt64(kind.prefixBits) & ((1 << UInt64(kind.dataBits)) - 1)
            return (kind.lowest + distance, kind.totalBits)
        }
        preconditionFailure("the prefixes of the run-length code do not cover 0x\(String(bits, radix: 16))")
    }
}
