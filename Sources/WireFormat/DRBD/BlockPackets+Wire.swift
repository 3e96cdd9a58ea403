import ClusterModel
import Replication

// Layouts of the packets that begin with a sector (drbd-8.4 payload layouts).

extension ByteRange {
    /// The range that `sector` and `length` from the peer name.
    ///
    /// Throws where the length is 0, not of whole sectors, above `limit`, or the end beyond any possible device.
    init(sector: UInt64, length: UInt64, limit: Int) throws(WireError) {
        guard length > 0, length.isMultiple(of: UInt64(PacketLimits.sector)), length <= UInt64(limit) else {
            throw .badLength("blocks at sector \(sector)", length)
        }
        guard sector <= PacketLimits.deviceSectors - length / UInt64(PacketLimits.sector) else {
            throw .badValue("sector", sector)
        }
        self.init(offset: sector * UInt64(PacketLimits.sector), length: length)
    }

    /// The sector the range begins at.
    var sector: UInt64 {
        precondition(
            offset.isMultiple(of: UInt64(PacketLimits.sector)) && length.isMultiple(of: UInt64(PacketLimits.sector)),
            "\(self) is not made of whole sectors")
        return offset / UInt64(PacketLimits.sector)
    }
}

extension DataPacket {
    init(_ reader: inout ByteReader, dataBytes: Int) throws(WireError) {
        let sector = try reader.read(UInt64.self)
        let blockID = BlockID(rawValue: try reader.read())
        let sequence = try reader.read(UInt32.self)
        let flags = DataFlags(rawValue: try reader.read())
        let range = try ByteRange(sector: sector, length: UInt64(dataBytes), limit: PacketLimits.requestBytes)
        self.init(range: range, blockID: blockID, sequence: sequence, flags: flags)
    }

    func write(to body: inout ByteWriter) {
        body.write(range.sector)
        body.write(blockID.rawValue)
        body.write(sequence)
        body.write(flags.rawValue)
    }
}

extension TrimPacket {
    init(_ reader: inout ByteReader, agreed: Features) throws(WireError) {
        let limit = agreed.contains(.writeSame) ? PacketLimits.discardBytes : PacketLimits.smallDiscardBytes
        let sector = try reader.read(UInt64.self)
        let blockID = BlockID(rawValue: try reader.read())
        let sequence = try reader.read(UInt32.self)
        let flags = DataFlags(rawValue: try reader.read())
        let length = UInt64(try reader.read(UInt32.self))
        let range = try ByteRange(sector: sector, length: length, limit: limit)
        self.init(range: range, blockID: blockID, sequence: sequence, flags: flags)
    }

    func write(to body: inout ByteWriter) {
        DataPacket(range: range, blockID: blockID, sequence: sequence, flags: flags).write(to: &body)
        body.write(UInt32(range.length))
    }
}

extension BlockAck {
    init(_ reader: inout ByteReader) throws(WireError) {
        let sector = try reader.read(UInt64.self)
        let blockID = BlockID(rawValue: try reader.read())
        let length = UInt64(try reader.read(UInt32.self))
        let range = try ByteRange(sector: sector, length: length, limit: PacketLimits.discardBytes)
        self.init(range: range, blockID: blockID, sequence: try reader.read())
    }

    func write(to body: inout ByteWriter) {
        body.write(range.sector)
        body.write(blockID.rawValue)
        body.write(UInt32(range.length))
        body.write(sequence)
    }
}

extension BlockRequest {
    init(_ reader: inout ByteReader) throws(WireError) {
        let sector = try reader.read(UInt64.self)
        let blockID = BlockID(rawValue: try reader.read())
        let length = UInt64(try reader.read(UInt32.self))
        try reader.skip(4)
        let range = try ByteRange(sector: sector, length: length, limit: PacketLimits.requestBytes)
        self.init(range: range, blockID: blockID)
    }

    func write(to body: inout ByteWriter) {
        body.write(range.sector)
        body.write(blockID.rawValue)
        body.write(UInt32(range.length))
        body.write(UInt32(0))
    }
}

extension BlockDigest {
    init(_ reader: inout ByteReader) throws(WireError) {
        let request = try BlockRequest(&reader)
        self.init(range: request.range, blockID: request.blockID, digest: reader.readAll())
    }
}

extension BlockDescription {
    init(_ reader: inout ByteReader) throws(WireError) {
        let sector = try reader.read(UInt64.self)
        let length = UInt64(try reader.read(UInt32.self))
        try reader.skip(4)
        self.init(range: try ByteRange(sector: sector, length: length, limit: PacketLimits.discardBytes))
    }

    func write(to body: inout ByteWriter) {
        body.write(range.sector)
        body.write(UInt32(range.length))
        body.write(UInt32(0))
    }
}

extension VerifyResult {
    static let inSyncID = BlockID(rawValue: 4711)
    static let outOfSyncID = BlockID(rawValue: 4712)

    init(_ reader: inout ByteReader) throws(WireError) {
        let ack = try BlockAck(&reader)
        guard ack.blockID == Self.inSyncID || ack.blockID == Self.outOfSyncID else {
            throw .badValue("verify result", ack.blockID.rawValue)
        }
        self.init(range: ack.range, sequence: ack.sequence, inSync: ack.blockID == Self.inSyncID)
    }
}
