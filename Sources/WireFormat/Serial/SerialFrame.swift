/// Frames on a byte stream that loses, changes and invents bytes, as a null-modem cable does.
///
/// A frame is `00`, then the payload and its CRC-32C (big-endian) with all zero bytes stuffed away (COBS, Cheshire and
/// Baker 1999), then `00`. A zero byte so occurs only between frames: whatever happens to one frame, the next one is
/// found. A break on the line arrives as zero bytes and does no harm.
package enum SerialFrame {
    /// Most bytes of a payload.
    package static let payloadLimit = 512
    static let checksumBytes = 4
    /// Most bytes between two zeroes: COBS adds one byte for each 254 begun.
    static let stuffedLimit = payloadLimit + checksumBytes + 3

    /// The bytes to send. A payload has 1…`payloadLimit` bytes.
    package static func encode(_ payload: [UInt8]) -> [UInt8] {
        precondition((1...payloadLimit).contains(payload.count), "serial frame of \(payload.count) bytes")
        var body = ByteWriter(capacity: payload.count + checksumBytes)
        body.write(payload)
        body.write(CRC32C.checksum(of: payload))
        return [0] + stuff(body.bytes) + [0]
    }

    /// Replaces zero bytes by distances: each block begins with the number of bytes to the next zero, 255 where there is
    /// none among the next 254.
    static func stuff(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [1]
        var block = 0
        for (index, byte) in bytes.enumerated() {
            if byte != 0 {
                result.append(byte)
                result[block] += 1
            }
            let isFull = result[block] == 255 && index < bytes.count - 1
            if byte == 0 || isFull {
                block = result.count
                result.append(1)
            }
        }
        return result
    }

    /// The bytes before `stuff`, or nil where a block leaves the frame.
    static func unstuff(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let end = at + Int(bytes[at])
            guard bytes[at] != 0, end <= bytes.count else { return nil }
            result += bytes[(at + 1)..<end]
            if bytes[at] < 255, end < bytes.count { result.append(0) }
            at = end
        }
        return result
    }
}
