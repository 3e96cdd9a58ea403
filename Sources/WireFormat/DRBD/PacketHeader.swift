import Replication

/// What stands before every packet (drbd-8.4 headers).
package struct PacketHeader: Hashable, Sendable {
    package var command: PacketCommand
    /// Bytes that follow the header, block data included.
    package var length: Int
    /// 0…65535; 0 in packets that speak of the connection, and where the format has no such field.
    package var volume: UInt16

    package init(command: PacketCommand, length: Int, volume: UInt16 = 0) {
        self.command = command
        self.length = length
        self.volume = volume
    }

    /// The three layouts.
    package enum Format: Hashable, Sendable, CaseIterable {
        /// First packets and features.
        case h80
        /// Versions 95…99, payloads above 32 KiB; never used at version 101.
        case h95
        /// Everything after the features at version 100 and above.
        case h100

        /// Bytes of a header.
        package var size: Int {
            switch self {
            case .h80, .h95: 8
            case .h100: 16
            }
        }
    }

    private static let magic80: UInt32 = 0x8374_0267
    private static let magic95: UInt16 = 0x835a
    private static let magic100: UInt32 = 0x8620_ec20

    /// Bytes to read next before `PeerPacket(header:body:agreed:)` can be asked: everything but block data.
    package var fixedBytes: Int {
        command.carriesBlockData ? 24 : length
    }

    package func encoded(as format: Format) -> [UInt8] {
        var writer = ByteWriter(capacity: format.size)
        switch format {
        case .h80:
            precondition(length <= Int(UInt16.max), "\(command) of \(length) bytes does not fit a small header")
            writer.write(Self.magic80)
            writer.write(command.rawValue)
            writer.write(UInt16(length))
        case .h95:
            writer.write(Self.magic95)
            writer.write(command.rawValue)
            writer.write(UInt32(length))
        case .h100:
            writer.write(Self.magic100)
            writer.write(volume)
            writer.write(command.rawValue)
            writer.write(UInt32(length))
            writer.write(UInt32(0))
        }
        return writer.bytes
    }

    /// Reads a header that arrived on `socket` and checks everything it says.
    ///
    /// `bytes` are `format.size` bytes. Throws where magic, command, socket or length are wrong: the connection
    /// cannot go on then, as the next header cannot be found.
    package init(
        _ bytes: ArraySlice<UInt8>, as format: Format, on socket: PeerSocket, agreed: Features = []
    ) throws(WireError) {
        let raw = try Self.fields(of: bytes, as: format)
        guard let command = PacketCommand(rawValue: raw.command) else {
            throw .badValue("packet header, command", UInt64(raw.command))
        }
        guard command.socket == socket else {
            throw .unexpected("\(command) on the \(socket) socket", UInt64(raw.command))
        }
        guard command.allowedLengths(agreed: agreed).contains(Int(raw.length)) else {
            throw .badLength("packet \(command)", UInt64(raw.length))
        }
        self.init(command: command, length: Int(raw.length), volume: raw.volume)
    }

    private static func fields(
        of bytes: ArraySlice<UInt8>, as format: Format
    ) throws(WireError) -> (command: UInt16, length: UInt32, volume: UInt16) {
        var reader = ByteReader(bytes)
        switch format {
        case .h80:
            try expect(magic80, in: &reader)
            let result = (try reader.read(UInt16.self), UInt32(try reader.read(UInt16.self)), UInt16(0))
            try reader.expectEnd()
            return result
        case .h95:
            try expect(magic95, in: &reader)
            let result = (try reader.read(UInt16.self), try reader.read(UInt32.self), UInt16(0))
            try reader.expectEnd()
            return result
        case .h100:
            try expect(magic100, in: &reader)
            let volume = try reader.read(UInt16.self)
            let result = (try reader.read(UInt16.self), try reader.read(UInt32.self), volume)
            try expect(UInt32(0), in: &reader)
            try reader.expectEnd()
            return result
        }
    }

    private static func expect<Number: FixedWidthInteger & UnsignedInteger & Sendable>(
        _ constant: Number, in reader: inout ByteReader
    ) throws(WireError) {
        let found = try reader.read(Number.self)
        guard found == constant else { throw .badMagic("packet header", UInt64(found)) }
    }
}
