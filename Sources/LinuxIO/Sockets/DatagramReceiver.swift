import CLinux
import Glibc

/// Receiving datagrams into one reused buffer; shared by the socket kinds.
struct DatagramReceiver {
    private var buffer: [UInt8]

    init(limit: Int) {
        buffer = [UInt8](repeating: 0, count: limit)
    }

    /// One datagram and the kernel's form of its source; nil: none now.
    mutating func receive(
        _ descriptor: Int32
    ) throws(SystemError) -> (bytes: [UInt8], source: sockaddr_storage, isTruncated: Bool)? {
        var source = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let room = buffer.count
        let count = try SystemCall.unlessBlocking("receive a datagram") {
            buffer.withUnsafeMutableBytes { bytes in
                withUnsafeMutablePointer(to: &source) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        // With MSG_TRUNC the answer is the true length, also where it is more than fits.
                        recvfrom(descriptor, bytes.baseAddress, room, Int32(MSG_TRUNC), $0, &length)
                    }
                }
            }
        }
        guard let count else { return nil }
        return ([UInt8](buffer[..<min(count, room)]), source, count > room)
    }
}
