import CMnl
import ClusterModel
import Glibc
import LinuxIO

/// One address that an interface of this machine carries.
package struct AddressStatus: Hashable, Sendable {
    package var address: IPAddress
    package var prefixLength: UInt8
    package var interfaceIndex: UInt32
    /// IPv4 only; the kernel gives every IPv4 address one, the interface's name where nobody chose.
    package var label: String?
    /// IPv6: the kernel still probes whether the address is free and does not use it yet.
    package var isTentative: Bool
    /// IPv6: the kernel's probe found another owner.
    package var isDuplicate: Bool

    package init(
        address: IPAddress, prefixLength: UInt8, interfaceIndex: UInt32, label: String?, isTentative: Bool = false,
        isDuplicate: Bool = false
    ) {
        self.address = address
        self.prefixLength = prefixLength
        self.interfaceIndex = interfaceIndex
        self.label = label
        self.isTentative = isTentative
        self.isDuplicate = isDuplicate
    }

    /// Reads an RTM_NEWADDR or RTM_DELADDR; nil for other families and messages that are too short.
    init?(_ message: NetlinkMessage) {
        guard let fixed = message.fixed(ifaddrmsg.self) else { return nil }
        let attributes = message.attributes(after: MemoryLayout<ifaddrmsg>.size)
        // On a point-to-point interface IFA_ADDRESS is the far end; our own is always IFA_LOCAL where that is given.
        guard let bytes = attributes[Int(IFA_LOCAL)] ?? attributes[Int(IFA_ADDRESS)],
            let address = IPAddress(family: fixed.ifa_family, bytes: bytes)
        else { return nil }
        let flags = attributes.uint32(Int(IFA_FLAGS)) ?? UInt32(fixed.ifa_flags)
        self.init(
            address: address, prefixLength: fixed.ifa_prefixlen, interfaceIndex: fixed.ifa_index,
            label: attributes.text(Int(IFA_LABEL)), isTentative: flags & UInt32(IFA_F_TENTATIVE) != 0,
            isDuplicate: flags & UInt32(IFA_F_DADFAILED) != 0)
    }
}

/// An address that an interface shall carry.
package struct AddressSpec: Hashable, Sendable, CustomStringConvertible {
    package var address: IPAddress
    /// 0…32 for IPv4, 0…128 for IPv6.
    package var prefixLength: UInt8
    package var interfaceIndex: UInt32
    /// IPv4 only: 1…15 bytes, by custom the interface's name, a colon and a number.
    package var label: String?

    package init(address: IPAddress, prefixLength: UInt8, interfaceIndex: UInt32, label: String? = nil) {
        self.address = address
        self.prefixLength = prefixLength
        self.interfaceIndex = interfaceIndex
        self.label = label
    }

    package var description: String {
        "\(address)/\(prefixLength) on interface \(interfaceIndex)" + (label.map { " labelled \($0)" } ?? "")
    }

    /// The subnet's broadcast address; nil for IPv6 and for prefixes without room for one.
    var broadcast: [UInt8]? {
        let bytes = address.netlinkBytes
        guard bytes.count == 4, prefixLength < 31 else { return nil }
        let host = UInt32.max >> UInt32(prefixLength)
        let value = bytes.reduce(0) { $0 << 8 | UInt32($1) } | host
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
