// Names in fixed fields, and sizes of devices.

extension ByteReader {
    /// An algorithm's name: ASCII, ended by a NUL inside its field of `field` bytes.
    mutating func readName(_ what: String, field: Int) throws(WireError) -> String {
        let bytes = try readBytes(field)
        guard let end = bytes.firstIndex(of: 0) else { throw .badLength(what, UInt64(field)) }
        guard let odd = bytes[..<end].first(where: { !(0x21...0x7e).contains($0) }) else {
            return String(decoding: bytes[..<end], as: UTF8.self)
        }
        throw .badValue(what, UInt64(odd))
    }

    /// A device's size in sectors.
    mutating func readSectors() throws(WireError) -> UInt64 {
        let sectors = try read(UInt64.self)
        guard sectors <= PacketLimits.deviceSectors else { throw .badValue("P_SIZES, sectors", sectors) }
        return sectors
    }
}

extension ByteWriter {
    /// An algorithm's name, filled up to `field` bytes with NULs; at least one follows it.
    mutating func writeName(_ name: String, field: Int) {
        precondition(name.utf8.count < field && field <= PacketLimits.nameBytes, "name too long: \(name)")
        write(name.utf8)
        writeZeroes(field - name.utf8.count)
    }
}
