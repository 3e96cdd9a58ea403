import CLinux
import Glibc

/// The few facts about an interface that sockets need. Everything else about links is rtnetlink's matter.
package enum NetworkInterface {
    /// The kernel's number for an interface name.
    package static func index(of name: String) throws(SystemError) -> UInt32 {
        let index = if_nametoindex(name)
        guard index != 0 else { throw SystemError(errno: ENODEV, operation: "find interface", subject: name) }
        return index
    }

    /// The IPv4 address that reaches every host on the interface's network; fails with `EADDRNOTAVAIL` before an
    /// address is configured.
    package static func broadcastAddress(of name: String) throws(SystemError) -> IPAddress {
        let socket = try Socket.make(AF_INET, Socket.datagram)
        let number = socket.raw
        var bytes = [UInt8](repeating: 0, count: 4)
        try SystemCall.run("read the broadcast address of", name) { clinux_interface_broadcast(number, name, &bytes) }
        guard let address = IPAddress(bytes: bytes), bytes != [0, 0, 0, 0] else {
            throw SystemError(errno: EADDRNOTAVAIL, operation: "read the broadcast address of", subject: name)
        }
        return address
    }

    /// The six bytes of an Ethernet interface's address.
    package static func hardwareAddress(of name: String) throws(SystemError) -> [UInt8] {
        let socket = try Socket.make(AF_INET, Socket.datagram)
        let number = socket.raw
        var bytes = [UInt8](repeating: 0, count: 6)
        try SystemCall.run("read the hardware address of", name) {
            clinux_interface_hardware_address(number, name, &bytes)
        }
        return bytes
    }

    /// Whether the interface is up, and its cable carries a signal.
    package static func hasCarrier(_ name: String) throws(SystemError) -> Bool {
        let socket = try Socket.make(AF_INET, Socket.datagram)
        let number = socket.raw
        var flags: Int16 = 0
        try SystemCall.run("read the state of", name) { clinux_interface_flags(number, name, &flags) }
        guard Int32(flags) & Int32(IFF_UP) != 0 else { return false }
        var isThere = false
        do {
            try SystemCall.run("read the carrier of", name) { clinux_interface_link(number, name, &isThere) }
            return isThere
        } catch  where error.errno == EOPNOTSUPP {
            return Int32(flags) & Int32(IFF_RUNNING) != 0
        }
    }

    /// Whether the kernel sends through the interface by now; follows the carrier by up to a second.
    package static func isOperational(_ name: String) throws(SystemError) -> Bool {
        let socket = try Socket.make(AF_INET, Socket.datagram)
        let number = socket.raw
        var flags: Int16 = 0
        try SystemCall.run("read the state of", name) { clinux_interface_flags(number, name, &flags) }
        let wanted = Int32(IFF_UP) | Int32(IFF_RUNNING)
        return Int32(flags) & wanted == wanted
    }

    /// Brings an interface up; used by tests and the lab in namespaces of their own.
    package static func bringUp(_ name: String) throws(SystemError) {
        let socket = try Socket.make(AF_INET, Socket.datagram)
        let number = socket.raw
        try SystemCall.run("bring up", name) { clinux_interface_bring_up(number, name) }
    }
}
