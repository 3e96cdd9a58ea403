import ClusterModel
import LinuxIO
import WireFormat

/// The frames for an address of either family.
extension AddressFrames {
    static func probe(for address: IPAddress, from mac: MACAddress) -> [UInt8] {
        switch Typed(address) {
        case .v4(let address): probe(for: address, from: mac)
        case .v6(let address): probe(for: address, from: mac)
        }
    }

    static func announcements(of address: IPAddress, at mac: MACAddress) -> [[UInt8]] {
        switch Typed(address) {
        case .v4(let address): announcements(of: address, at: mac)
        case .v6(let address): announcements(of: address, at: mac)
        }
    }

    static func claim(to address: IPAddress, in frame: [UInt8]) -> AddressClaim? {
        switch Typed(address) {
        case .v4(let address): claim(to: address, in: frame[...])
        case .v6(let address): claim(to: address, in: frame[...])
        }
    }

    private enum Typed {
        case v4(IPv4Address)
        case v6(IPv6Address)

        init(_ address: IPAddress) {
            if let address = IPv4Address(bytes: address.bytes) {
                self = .v4(address)
            } else if let address = IPv6Address(bytes: address.bytes) {
                self = .v6(address)
            } else {
                preconditionFailure("an IP address of \(address.bytes.count) bytes")
            }
        }
    }
}
