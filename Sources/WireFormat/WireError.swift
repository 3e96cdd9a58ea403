/// Why bytes from outside could not be understood.
///
/// One type for all formats, so that a runtime can answer all of them alike: say what happened and close, drop or count.
package enum WireError: Error, Hashable, Sendable {
    /// The bytes end too early.
    case truncated(wanted: Int, left: Int)
    /// Bytes are left over where the structure has ended.
    case surplus(Int)
    /// A magic number or other constant of the format is not what it must be.
    case badMagic(String, UInt64)
    /// A length lies outside what the structure allows.
    case badLength(String, UInt64)
    /// A field holds a number that names nothing.
    case badValue(String, UInt64)
    /// A command that nobody may send here.
    case unexpected(String, UInt64)
    /// A checksum does not fit the bytes.
    case badChecksum(String)
}

extension WireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let wanted, let left):
            "ends too early: \(wanted) bytes expected, \(left) left"
        case .surplus(let count):
            "\(count) bytes more than expected"
        case .badMagic(let what, let value):
            "\(what): not the expected magic number but 0x\(String(value, radix: 16))"
        case .badLength(let what, let value):
            "\(what): length \(value) is not allowed"
        case .badValue(let what, let value):
            "\(what): value \(value) (0x\(String(value, radix: 16))) is not known"
        case .unexpected(let what, let value):
            "\(what): 0x\(String(value, radix: 16)) is not allowed here"
        case .badChecksum(let what):
            "\(what): checksum is wrong"
        }
    }
}
