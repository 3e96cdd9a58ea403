import Replication

// Layouts of state words, requests and verdicts, epochs and bitmaps (drbd-8.4 payload layouts).

extension StateWord {
    init(_ reader: inout ByteReader) throws(WireError) {
        let raw = try reader.read(UInt32.self)
        guard let word = StateWord(rawValue: raw) else { throw .badValue("state word", UInt64(raw)) }
        self = word
    }
}

extension StateChangeRequest {
    init(_ reader: inout ByteReader) throws(WireError) {
        let mask = StateFields(rawValue: try reader.read())
        guard mask.isWellFormed else { throw .badValue("state change, mask", UInt64(mask.rawValue)) }
        self.init(mask: mask, value: try StateWord(&reader))
    }
}

extension StateChangeResult {
    init(_ reader: inout ByteReader) throws(WireError) {
        self.init(wireValue: Int32(bitPattern: try reader.read()))
    }
}

extension BarrierPacket {
    init(_ reader: inout ByteReader) throws(WireError) {
        self.init(handle: try reader.read())
        try reader.skip(4)
    }
}

extension BarrierAck {
    init(_ reader: inout ByteReader) throws(WireError) {
        self.init(handle: try reader.read(), writes: try reader.read())
    }
}

extension BitmapPacket {
    init(_ reader: inout ByteReader, length: Int) throws(WireError) {
        guard length.isMultiple(of: 8) else { throw .badLength("P_BITMAP", UInt64(length)) }
        var words: [UInt64] = []
        words.reserveCapacity(length / 8)
        for _ in 0..<(length / 8) {
            words.append(try reader.readLittleEndian())
        }
        self.init(words: words)
    }
}

extension CompressedBitmapPacket {
    private static let runLengthEncoding: UInt8 = 2

    init(_ reader: inout ByteReader, length: Int) throws(WireError) {
        let encoding = try reader.read(UInt8.self)
        guard encoding & 0x0f == Self.runLengthEncoding else {
            throw .badValue("P_COMPRESSED_BITMAP, encoding", UInt64(encoding & 0x0f))
        }
        self.init(
            firstRunIsSet: encoding & 0x80 != 0, unusedBits: encoding >> 4 & 7,
            code: try reader.readBytes(length - 1))
    }

    func write(to body: inout ByteWriter) {
        precondition(unusedBits < 8, "\(unusedBits) unused bits in a byte")
        body.write((firstRunIsSet ? 0x80 : 0) | unusedBits << 4 | Self.runLengthEncoding)
        body.write(code)
    }
}
