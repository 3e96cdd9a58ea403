import CLinux
import Glibc

/// An address with a port, and for link-local IPv6 the interface it is meant on.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package var address: IPAddress
    /// Zero lets the kernel choose.
    package var port: UInt16
    /// The interface index of a link-local IPv6 address; otherwise zero.
    package var scope: UInt32

    package init(_ address: IPAddress, port: UInt16, scope: UInt32 = 0) {
        self.address = address
        self.port = port
        self.scope = scope
    }

    /// Reads an address with an optional `%interface`; nil where it is neither, or the interface does not exist.
    package init?(_ text: String, port: UInt16) {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        var scope: UInt32 = 0
        if parts.count == 2 {
            scope = if_nametoindex(String(parts[1]))
            guard scope != 0 else { return nil }
        }
        self.init(address, port: port, scope: scope)
    }

    package var description: String {
        let zone = scope == 0 ? "" : "%\(scope)"
        return address.family == .v4 ? "\(address):\(port)" : "[\(address)\(zone)]:\(port)"
    }

    /// Lends the kernel's form of the address to a call.
    func withKernelForm<Answer>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer) -> Answer {
        var storage = sockaddr_storage()
        let size = withUnsafeMutableBytes(of: &storage) { fill($0) }
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
        }
    }

    private func fill(_ storage: UnsafeMutableRawBufferPointer) -> Int {
        switch address.family {
        case .v4:
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &form.sin_addr) { $0.copyBytes(from: address.bytes) }
            withUnsafeBytes(of: form) { storage.copyMemory(from: $0) }
            return MemoryLayout<sockaddr_in>.size
        case .v6:
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            form.sin6_scope_id = scope
            withUnsafeMutableBytes(of: &form.sin6_addr) { $0.copyBytes(from: address.bytes) }
            withUnsafeBytes(of: form) { storage.copyMemory(from: $0) }
            return MemoryLayout<sockaddr_in6>.size
        }
    }

    /// Reads the kernel's form; nil for any other address family.
    init?(kernelForm storage: sockaddr_storage) {
        let value: SocketAddress? = withUnsafeBytes(of: storage) { bytes in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let form = bytes.loadUnaligned(as: sockaddr_in.self)
                let address = withUnsafeBytes(of: form.sin_addr) { IPAddress(bytes: $0) }
                return address.map { SocketAddress($0, port: UInt16(bigEndian: form.sin_port)) }
            case AF_INET6:
                let form = bytes.loadUnaligned(as: sockaddr_in6.self)
                let address = withUnsafeBytes(of: form.sin6_addr) { IPAddress(bytes: $0) }
                return address.map {
                    SocketAddress($0, port: UInt16(bigEndian: form.sin6_port), scope: form.sin6_scope_id)
                }
            default:
                return nil
            }
        }
        guard let value else { return nil }
        self = value
    }
}
