import CMnl
import ClusterModel
import Glibc

/// What the kernel says of one network interface.
package struct LinkStatus: Hashable, Sendable {
    /// The kernel's number of the interface; a new one when it is made anew.
    package var index: UInt32
    package var name: String
    /// nil where the interface has no Ethernet address: loopback, tunnels.
    package var mac: MACAddress?
    package var flags: LinkFlags
    package var operationalState: OperationalState
    /// Whether the interface senses a signal on its cable; false also where it is down.
    package var hasCarrier: Bool
    /// Largest packet, in bytes.
    package var mtu: UInt32

    /// Up, with a cable that carries, and ready to send: for up to a second after the carrier came the kernel still drops
    /// every frame, and only `running` tells the end of that.
    package var isUsable: Bool { flags.isSuperset(of: [.up, .running]) && hasCarrier }

    package init(
        index: UInt32, name: String, mac: MACAddress?, flags: LinkFlags, operationalState: OperationalState,
        hasCarrier: Bool, mtu: UInt32
    ) {
        self.index = index
        self.name = name
        self.mac = mac
        self.flags = flags
        self.operationalState = operationalState
        self.hasCarrier = hasCarrier
        self.mtu = mtu
    }

    /// Reads an RTM_NEWLINK or RTM_DELLINK; nil where it is too short or names no interface.
    init?(_ message: NetlinkMessage) {
        guard let fixed = message.fixed(ifinfomsg.self), fixed.ifi_index > 0 else { return nil }
        let attributes = message.attributes(after: MemoryLayout<ifinfomsg>.size)
        guard let name = attributes.text(Int(IFLA_IFNAME)) else { return nil }
        let flags = LinkFlags(rawValue: fixed.ifi_flags)
        let mac = attributes[Int(IFLA_ADDRESS)].flatMap { MACAddress(bytes: $0) }
        self.init(
            index: UInt32(fixed.ifi_index), name: name,
            mac: mac == .zero ? nil : mac, flags: flags,
            operationalState: OperationalState(code: attributes.uint8(Int(IFLA_OPERSTATE)) ?? 0),
            hasCarrier: attributes.uint8(Int(IFLA_CARRIER)).map { $0 == 1 } ?? flags.contains(.lowerUp),
            mtu: attributes.uint32(Int(IFLA_MTU)) ?? 0)
    }
}

/// Interface flags as the kernel counts them (uapi linux/if.h).
package struct LinkFlags: OptionSet, Hashable, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let up = LinkFlags(rawValue: 1 << 0)
    package static let broadcast = LinkFlags(rawValue: 1 << 1)
    package static let loopback = LinkFlags(rawValue: 1 << 3)
    package static let pointToPoint = LinkFlags(rawValue: 1 << 4)
    package static let running = LinkFlags(rawValue: 1 << 6)
    package static let noARP = LinkFlags(rawValue: 1 << 7)
    /// The driver reports layer 1 up.
    package static let lowerUp = LinkFlags(rawValue: 1 << 16)
}

/// The interface's operational state (RFC 2863).
package enum OperationalState: Hashable, Sendable {
    case unknown
    case notPresent
    case down
    case lowerLayerDown
    case testing
    case dormant
    case up
    case other(UInt8)

    init(code: UInt8) {
        self =
            switch code {
            case 0: .unknown
            case 1: .notPresent
            case 2: .down
            case 3: .lowerLayerDown
            case 4: .testing
            case 5: .dormant
            case 6: .up
            default: .other(code)
            }
    }
}
