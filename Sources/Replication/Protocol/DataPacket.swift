import ClusterModel

/// A packet that is followed by `range.length` bytes of data (`p_data`): a mirrored write, the answer to a read, or
/// a resync block (then `blockID` is `.syncer`).
package struct DataPacket: Hashable, Sendable {
    /// Where the data belongs; both ends are multiples of 512, length 512 B…1 MiB.
    package var range: ByteRange
    package var blockID: BlockID
    /// Counts the sender's writes and acknowledgements of this volume since the connect, from 1.
    package var sequence: UInt32
    package var flags: DataFlags

    package init(range: ByteRange, blockID: BlockID, sequence: UInt32 = 0, flags: DataFlags = []) {
        self.range = range
        self.blockID = blockID
        self.sequence = sequence
        self.flags = flags
    }

    /// Bytes of data that follow.
    package var payloadBytes: Int { Int(range.length) }
}

/// A write without data (`p_trim`): discard or zero out a range.
package struct TrimPacket: Hashable, Sendable {
    /// The blocks affected; at most 4 MiB, or 128 MiB where `.writeSame` was agreed.
    package var range: ByteRange
    package var blockID: BlockID
    /// As in `DataPacket`.
    package var sequence: UInt32
    package var flags: DataFlags

    package init(range: ByteRange, blockID: BlockID, sequence: UInt32 = 0, flags: DataFlags = []) {
        self.range = range
        self.blockID = blockID
        self.sequence = sequence
        self.flags = flags
    }
}

/// The name its sender gave a request; the peer echoes it untouched in the answer.
package struct BlockID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package var rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// What all requests and replies of a resync carry.
    package static let syncer = BlockID(rawValue: .max)

    package var description: String {
        self == .syncer ? "syncer" : "0x" + String(rawValue, radix: 16)
    }
}

/// What a write asks for (`dp_flags`, drbd-8.4 payload layouts).
package struct DataFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Hint: somebody waits for this write.
    package static let sync = DataFlags(rawValue: 2)
    /// The receiver may count the blocks as in sync once they are written (a resync runs).
    package static let maySetInSync = DataFlags(rawValue: 4)
    /// Hint: submit what is queued.
    package static let unplug = DataFlags(rawValue: 8)
    /// On stable storage before it is acknowledged.
    package static let fua = DataFlags(rawValue: 16)
    /// Flush the disk before writing.
    package static let flush = DataFlags(rawValue: 32)
    /// `trim`: discard; `zeroes`: may be unmapped.
    package static let discard = DataFlags(rawValue: 64)
    /// Protocol B: answer `receiveAck`.
    package static let sendReceiveAck = DataFlags(rawValue: 128)
    /// Protocol C: answer `writeAck`.
    package static let sendWriteAck = DataFlags(rawValue: 256)
    package static let writeSame = DataFlags(rawValue: 512)
    package static let zeroes = DataFlags(rawValue: 1024)
}
