/// One way heartbeats travel. Links are independent: the peer is dead only when all are silent.
package struct LinkDefinition: Hashable, Sendable, Codable {
    package var name: LinkName
    package var kind: LinkKind

    package init(name: LinkName, kind: LinkKind) {
        self.name = name
        self.kind = kind
    }
}

package enum LinkKind: Hashable, Sendable, Codable {
    case udp(UDPLink)
    case serial(SerialLink)
}

/// Heartbeats in UDP datagrams, one each.
package struct UDPLink: Hashable, Sendable, Codable {
    package enum Mode: Hashable, Sendable, Codable {
        /// To the interface's IPv4 broadcast address.
        case broadcast
        /// To the peer's own address; both nodes' addresses are listed.
        case unicast(addresses: [NodeName: String])
        /// To an IPv4 or IPv6 multicast group.
        case multicast(group: String, ttl: UInt8)
    }

    /// The interface by node, since the two machines need not name it alike.
    package var interface: PerNode<String>
    package var mode: Mode
    /// 694 is registered for this use (`ha-cluster`).
    package var port: UInt16

    package init(interface: PerNode<String>, mode: Mode = .broadcast, port: UInt16 = 694) {
        self.interface = interface
        self.mode = mode
        self.port = port
    }
}

/// Heartbeats over a null-modem cable: framed, checksummed.
package struct SerialLink: Hashable, Sendable, Codable {
    package var device: PerNode<String>
    package var baud: UInt32

    package init(device: PerNode<String>, baud: UInt32 = 115_200) {
        self.device = device
        self.baud = baud
    }
}

/// A setting that is one value for both nodes, or one for each.
package enum PerNode<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    case both(Value)
    case each([NodeName: Value])

    /// The value for one node; nil where `each` does not list it (the checker reports that).
    package subscript(node: NodeName) -> Value? {
        switch self {
        case .both(let value): value
        case .each(let values): values[node]
        }
    }
}
