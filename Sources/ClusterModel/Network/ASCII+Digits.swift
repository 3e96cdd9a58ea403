extension UInt8 {
    /// `0`…`9` in ASCII.
    var isDecimalDigit: Bool { (0x30...0x39).contains(self) }

    /// `0`…`9`, `a`…`f`, `A`…`F` in ASCII.
    var isHexDigit: Bool {
        isDecimalDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
    }
}
