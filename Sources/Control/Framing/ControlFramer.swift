/// Cuts the byte stream of a control socket into messages: a length (u32, big endian), then as many bytes of JSON.
///
/// Incremental: bytes arrive in any portions. Bounded: a length above ``largestPayload`` ends the stream with an error
/// before a byte of it is stored. After an error the connection is of no more use and has to be closed.
package struct ControlFramer: Sendable {
    /// 1 MiB; a status document of a full cluster is a few KiB.
    package static let largestPayload = 1 << 20

    package struct Oversized: Error, Hashable {
        /// The length the other side announced, bytes.
        package let length: Int

        package init(length: Int) {
            self.length = length
        }
    }

    private var buffer: [UInt8] = []
    private var consumed = 0

    package init() {}

    /// Bytes that wait for the rest of their message.
    package var pending: Int { buffer.count - consumed }

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message's payload, or nil until more bytes arrive.
    package mutating func next() throws(Oversized) -> [UInt8]? {
        guard pending >= 4 else { return nil }
        let length = buffer[consumed..<consumed + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.largestPayload else { throw Oversized(length: length) }
        guard pending >= 4 + length else { return nil }
        let payload = Array(buffer[consumed + 4..<consumed + 4 + length])
        consumed += 4 + length
        compact()
        return payload
    }

    /// A payload with its length in front. Payloads of ``ControlCodec`` always fit.
    package static func frame(_ payload: [UInt8]) -> [UInt8] {
        precondition(
            payload.count <= largestPayload, "a control message of \(payload.count) bytes does not fit a frame")
        let length = UInt32(payload.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + payload
    }

    private mutating func compact() {
        guard consumed == buffer.count || consumed > 65_536 else { return }
        buffer.removeFirst(consumed)
        consumed = 0
    }
}
