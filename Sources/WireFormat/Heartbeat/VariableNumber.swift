/// Numbers that are mostly small: seven bits a byte, lowest first, highest bit set where another byte follows (LEB128).
/// Each number has one form only: a decoder refuses needless bytes.
extension ByteWriter {
    package mutating func writeVariable(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            write(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        write(UInt8(rest))
    }
}

extension ByteReader {
    package mutating func readVariable() throws(WireError) -> UInt64 {
        var number: UInt64 = 0
        for position in 0..<10 {
            let byte: UInt8 = try read()
            let bits = UInt64(byte & 0x7f)
            if position == 9, bits > 1 { throw .badValue("variable-length number", UInt64(byte)) }
            number |= bits << UInt64(7 * position)
            guard byte & 0x80 != 0 else {
                if position > 0, byte == 0 { throw .badValue("variable-length number", 0) }
                return number
            }
        }
        throw .badLength("variable-length number", 10)
    }
}
