import CLinux
import Glibc

/// What all kinds of sockets are made with.
enum Socket {
    static func make(_ domain: Int32, _ kind: Int32, _ `protocol`: Int32 = 0) throws(SystemError) -> FileDescriptor {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return FileDescriptor(owning: try SystemCall.run("make a socket") { socket(domain, kind | flags, `protocol`) })
    }

    static func set<Value>(
        _ descriptor: borrowing FileDescriptor, _ level: Int32, _ option: Int32, _ value: Value, _ what: StaticString
    ) throws(SystemError) {
        let number = descriptor.raw
        try SystemCall.run(what) {
            withUnsafeBytes(of: value) { setsockopt(number, level, option, $0.baseAddress, socklen_t($0.count)) }
        }
    }

    static func bindToDevice(_ descriptor: borrowing FileDescriptor, _ device: String) throws(SystemError) {
        let number = descriptor.raw
        try SystemCall.run("bind a socket to interface", device) {
            setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, device, socklen_t(device.utf8.count))
        }
    }

    static func bind(_ descriptor: borrowing FileDescriptor, _ address: SocketAddress) throws(SystemError) {
        let number = descriptor.raw
        try SystemCall.run("bind a socket to", "\(address)") {
            address.withKernelForm { Glibc.bind(number, $0, $1) }
        }
    }

    static func localAddress(_ number: Int32) throws(SystemError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try SystemCall.run("read a socket's address") {
            withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
            }
        }
        guard let address = SocketAddress(kernelForm: storage) else {
            throw SystemError(errno: EAFNOSUPPORT, operation: "read a socket's address")
        }
        return address
    }

    /// The error that waits on a socket, e.g. how a connection attempt ended; zero for none.
    static func pendingError(_ descriptor: Int32) -> Int32 {
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno
    }

    static let stream = Int32(SOCK_STREAM.rawValue)
    static let datagram = Int32(SOCK_DGRAM.rawValue)
    static let raw = Int32(SOCK_RAW.rawValue)
}
