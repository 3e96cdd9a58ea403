/// Puts the packets of the peer's bitmap together (drbd-8.4 bitmap exchange). It holds no bits itself: each packet is
/// answered by the piece of the bitmap it brought.
package struct BitmapReceiver: Hashable, Sendable {
    private let bitCount: UInt64
    private var position: UInt64 = 0
    /// Whether the whole bitmap has arrived.
    package private(set) var isComplete = false

    package init(bitCount: UInt64) {
        self.bitCount = bitCount
    }

    /// What one packet brought.
    package enum Piece: Hashable, Sendable {
        /// Words of the bitmap from word number `first` on; bits beyond the last mean nothing.
        case words(first: Int, [UInt64])
        /// Runs of ones, ascending.
        case runs([Range<UInt64>])
    }

    /// Takes a plain packet. Empty ends the transfer.
    package mutating func receive(_ packet: BitmapPacket) throws(BitmapTransferError) -> Piece {
        guard !isComplete else { throw .afterEnd }
        let first = Int(position / 64)
        let total = Int((bitCount + 63) / 64)
        let wanted = position == bitCount ? 0 : min(BitmapPacket.wordLimit, total - first)
        guard packet.words.count == wanted else {
            throw .wrongWordCount(found: packet.words.count, wanted: wanted)
        }
        position = min(UInt64(first + wanted) * 64, bitCount)
        isComplete = wanted == 0
        return .words(first: first, packet.words)
    }

    /// Takes a packet of run lengths. One that reaches the last bit ends the transfer.
    package mutating func receive(_ packet: CompressedBitmapPacket) throws(BitmapTransferError) -> Piece {
        guard !isComplete else { throw .afterEnd }
        let code = BitString(bytes: packet.code, unused: Int(packet.unusedBits))
        var runs: [Range<UInt64>] = []
        var value = packet.firstRunIsSet
        var read = 0
        var reached = position
        while read < code.count {
            guard let run = RunLengthCode.run(in: code.bits(at: read), available: code.count - read) else {
                throw .cutCodeWord(atBit: read)
            }
            guard run.length <= bitCount - reached else {
                throw .runBeyondEnd(start: reached, length: run.length, bitCount: bitCount)
            }
            if value { runs.append(reached..<(reached + run.length)) }
            reached += run.length
            read += run.count
            value.toggle()
        }
        position = reached
        isComplete = reached == bitCount
        return .runs(runs)
    }
}

/// Why a bitmap from the peer cannot be used; each ends the connection with a protocol error.
package enum BitmapTransferError: Error, Hashable, Sendable {
    case wrongWordCount(found: Int, wanted: Int)
    case cutCodeWord(atBit: Int)
    case runBeyondEnd(start: UInt64, length: UInt64, bitCount: UInt64)
    case afterEnd
}

extension BitmapTransferError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongWordCount(let found, let wanted):
            "bitmap packet of \(found) words where \(wanted) must come"
        case .cutCodeWord(let bit):
            "compressed bitmap: code word at bit \(bit) is cut off"
        case .runBeyondEnd(let start, let length, let bitCount):
            "compressed bitmap: run of \(length) bits at \(start) leaves the bitmap of \(bitCount) bits"
        case .afterEnd:
            "bitmap packet after the end of the transfer"
        }
    }
}
