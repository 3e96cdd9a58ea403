/// A device that a server offers.
package struct NBDExport: Hashable, Sendable {
    /// At most 4096 bytes.
    package var name: String
    /// Bytes.
    package var size: UInt64
    package var flags: NBDTransmissionFlags
    package var blockSizes: NBDBlockSizes

    package init(
        name: String, size: UInt64,
        flags: NBDTransmissionFlags = [.hasFlags, .sendFlush, .sendFUA, .sendTrim, .sendWriteZeroes],
        blockSizes: NBDBlockSizes = NBDBlockSizes()
    ) {
        precondition(name.utf8.count <= NBDInfoRequest.nameLimit, "export name of \(name.utf8.count) bytes")
        self.name = name
        self.size = size
        self.flags = flags.union(.hasFlags)
        self.blockSizes = blockSizes
    }

    /// The answer to `exportName`, which has no header.
    package func encodedAsOldAnswer(withZeroes: Bool) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(size)
        writer.write(flags.rawValue)
        if withZeroes { writer.writeZeroes(124) }
        return writer.bytes
    }

    /// The data of an `info` reply of one type.
    package func encodedInfo(_ type: NBDInfoType) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(type.rawValue)
        switch type {
        case .export:
            writer.write(size)
            writer.write(flags.rawValue)
        case .name:
            writer.write(name.utf8)
        case .description:
            writer.write("replicated volume \(name)".utf8)
        case .blockSize:
            writer.write(blockSizes.minimum)
            writer.write(blockSizes.preferred)
            writer.write(blockSizes.maximum)
        }
        return writer.bytes
    }

    /// The data of one entry of a list.
    package func encodedAsListEntry() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt32(name.utf8.count))
        writer.write(name.utf8)
        return writer.bytes
    }
}

/// What requests an export takes, in bytes (proto.md, "Block size constraints").
package struct NBDBlockSizes: Hashable, Sendable {
    /// Offsets and lengths are multiples of it; a power of two.
    package var minimum: UInt32
    package var preferred: UInt32
    /// Most data in one read or write.
    package var maximum: UInt32

    package init(minimum: UInt32 = 512, preferred: UInt32 = 4096, maximum: UInt32 = 32 << 20) {
        self.minimum = minimum
        self.preferred = preferred
        self.maximum = maximum
    }
}
