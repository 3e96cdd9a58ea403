import Replication

/// One block of the activity log as 4096 bytes, big-endian, with its CRC-32C
/// (drbd-8.4 on-disk metadata, activity log).
extension ActivityLogBlock {
    private static let magic: UInt32 = 0x69cb_65a2

    private enum Kind {
        static let update: UInt16 = 0
        static let initialised: UInt16 = 0xffff
    }

    private enum Offset {
        static let magic = 0
        static let number = 4
        static let crc = 8
        static let kind = 12
        static let updateCount = 14
        static let contextSize = 16
        static let contextStart = 18
        static let slots = 36
        static let extents = 164
        static let context = 420
    }

    private static let unusedSlot: UInt16 = 0xffff

    /// Reads a block. Whatever has not the right length, magic and checksum is `corrupt`: a torn newest
    /// block is expected after a power cut, so this is no error.
    package init(decoding bytes: [UInt8]) {
        guard bytes.count == 4096 else {
            self = .corrupt
            return
        }
        let fields = BlockFields(bytes)
        guard fields.read(Offset.magic) == Self.magic, fields.read(Offset.crc) == Self.checksum(fields) else {
            self = .corrupt
            return
        }
        self = fields.read(Offset.kind) == Kind.initialised ? .initialised : .transaction(Self.transaction(fields))
    }

    /// The block's 4096 bytes; a corrupt block has none.
    package func encoded() -> [UInt8]? {
        switch self {
        case .initialised: Self.initialisedBytes
        case .transaction(let transaction): transaction.encoded()
        case .corrupt: nil
        }
    }

    /// What every block of the ring holds after it was initialised.
    package static let initialisedBytes: [UInt8] = {
        var fields = BlockFields()
        fields.write(magic, at: Offset.magic)
        fields.write(Kind.initialised, at: Offset.kind)
        return sealed(fields)
    }()

    fileprivate static func bytes(of transaction: ActivityLogTransaction) -> [UInt8] {
        var fields = BlockFields()
        fields.write(magic, at: Offset.magic)
        fields.write(transaction.number, at: Offset.number)
        fields.write(Kind.update, at: Offset.kind)
        fields.write(UInt16(transaction.updates.count), at: Offset.updateCount)
        fields.write(transaction.contextSize, at: Offset.contextSize)
        fields.write(transaction.contextStart, at: Offset.contextStart)
        for index in 0..<ActivityLogTransaction.updateCapacity {
            let update = index < transaction.updates.count ? transaction.updates[index] : nil
            fields.write(update?.slot ?? unusedSlot, at: Offset.slots + 2 * index)
            fields.write(update?.extent ?? ActivityLogTransaction.free, at: Offset.extents + 4 * index)
        }
        for index in 0..<ActivityLogTransaction.contextCapacity {
            let extent = index < transaction.context.count ? transaction.context[index] : ActivityLogTransaction.free
            fields.write(extent, at: Offset.context + 4 * index)
        }
        return sealed(fields)
    }

    /// Keeps, as drbdmeta does, also what lies beyond the stated counts unless it is marked unused; it can
    /// only make more extents count as active, which is the safe side.
    private static func transaction(_ fields: BlockFields) -> ActivityLogTransaction {
        let stated = Int(fields.read(Offset.updateCount, as: UInt16.self))
        var updates: [ActivityLogTransaction.Update] = []
        for index in 0..<ActivityLogTransaction.updateCapacity {
            let slot: UInt16 = fields.read(Offset.slots + 2 * index)
            guard index < stated || slot != unusedSlot else { continue }
            updates.append(.init(slot: slot, extent: fields.read(Offset.extents + 4 * index)))
        }
        let contextSize: UInt16 = fields.read(Offset.contextSize)
        let contextStart: UInt16 = fields.read(Offset.contextStart)
        var context = (0..<ActivityLogTransaction.contextCapacity).map { index in
            fields.read(Offset.context + 4 * index, as: UInt32.self)
        }
        let inside = max(0, Int(contextSize) - Int(contextStart))
        while context.count > inside, context.last == ActivityLogTransaction.free { context.removeLast() }
        return ActivityLogTransaction(
            number: fields.read(Offset.number), updates: updates, contextSize: contextSize, contextStart: contextStart,
            context: context)
    }

    private static func sealed(_ fields: BlockFields) -> [UInt8] {
        var fields = fields
        fields.write(checksum(fields), at: Offset.crc)
        return fields.bytes
    }

    /// The checksum over the block with the checksum's own field 0; start value 0, not inverted.
    private static func checksum(_ fields: BlockFields) -> UInt32 {
        var fields = fields
        fields.write(UInt32(0), at: Offset.crc)
        return CRC32C.remainder(of: fields.bytes)
    }
}

extension ActivityLogTransaction {
    /// The block's 4096 bytes.
    package func encoded() -> [UInt8] {
        ActivityLogBlock.bytes(of: self)
    }
}
