/// Finds the frames of `SerialFrame` in what arrives from a serial line, in chunks of any size.
///
/// Whatever is not a frame is dropped and counted. It holds at most one frame's bytes.
package struct SerialDeframer: Hashable, Sendable {
    /// Bytes that belonged to no frame: noise, pieces of frames, and frames with a bad checksum.
    package private(set) var garbageBytes: UInt64 = 0
    /// Pieces of the right form and the wrong checksum.
    package private(set) var badChecksums: UInt64 = 0
    /// Frames handed out.
    package private(set) var frames: UInt64 = 0

    private var pending: [UInt8] = []
    /// The piece is longer than any frame: its rest is dropped as well.
    private var isOverlong = false

    package init() {}

    /// Takes bytes and gives back the payloads of the frames that they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var payloads: [[UInt8]] = []
        for byte in bytes {
            if byte == 0 {
                if let payload = endOfPiece() { payloads.append(payload) }
            } else {
                append(byte)
            }
        }
        return payloads
    }

    private mutating func append(_ byte: UInt8) {
        if isOverlong {
            garbageBytes += 1
        } else if pending.count == SerialFrame.stuffedLimit {
            garbageBytes += UInt64(pending.count) + 1
            pending = []
            isOverlong = true
        } else {
            pending.append(byte)
        }
    }

    private mutating func endOfPiece() -> [UInt8]? {
        defer {
            pending = []
            isOverlong = false
        }
        // Nothing between two zeroes, or the rest of what is counted already.
        guard !pending.isEmpty else { return nil }
        guard let payload = payload() else {
            garbageBytes += UInt64(pending.count)
            return nil
        }
        frames += 1
        return payload
    }

    private mutating func payload() -> [UInt8]? {
        guard let body = SerialFrame.unstuff(pending), body.count > SerialFrame.checksumBytes else { return nil }
        let payload = Array(body.dropLast(SerialFrame.checksumBytes))
        guard payload.count <= SerialFrame.payloadLimit else { return nil }
        let found = body.suffix(SerialFrame.checksumBytes).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard found == CRC32C.checksum(of: payload) else {
            badChecksums += 1
            return nil
        }
        return payload
    }
}
