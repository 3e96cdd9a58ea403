/// One received datagram.
package struct Datagram: Hashable, Sendable {
    package var bytes: [UInt8]
    package var source: SocketAddress
    /// Whether the datagram was longer than the receiver allowed; the rest is lost, and so the datagram is worthless.
    package var isTruncated: Bool

    package init(bytes: [UInt8], source: SocketAddress, isTruncated: Bool = false) {
        self.bytes = bytes
        self.source = source
        self.isTruncated = isTruncated
    }
}
