/// Resources that serve together on one node: started in order, stopped in reverse (paper §3.3).
package struct GroupDefinition: Hashable, Sendable, Codable {
    package var name: GroupName
    /// Where it runs when both nodes can.
    package var preferred: NodeName
    package var resources: [ResourceDefinition]

    package init(name: GroupName, preferred: NodeName, resources: [ResourceDefinition]) {
        self.name = name
        self.preferred = preferred
        self.resources = resources
    }

    /// The volumes this group needs, in start order.
    package var volumes: [VolumeName] {
        resources.compactMap { if case .volume(let name) = $0.kind { name } else { nil } }
    }

    package var addresses: [AddressResource] {
        resources.compactMap { if case .address(let address) = $0.kind { address } else { nil } }
    }
}

/// One thing that is started and stopped.
package struct ResourceDefinition: Hashable, Sendable, Codable {
    package var kind: ResourceKind
    /// A start that takes longer has failed.
    package var startTimeout: Duration
    /// A stop that takes longer has failed; the node then fences itself (rule R6).
    package var stopTimeout: Duration

    package init(kind: ResourceKind, startTimeout: Duration = .seconds(60), stopTimeout: Duration = .seconds(60)) {
        self.kind = kind
        self.startTimeout = startTimeout
        self.stopTimeout = stopTimeout
    }
}

package enum ResourceKind: Hashable, Sendable, Codable {
    /// Make the volume primary here and give it to the kernel as `/dev/bascule/NAME`.
    case volume(VolumeName)
    case filesystem(FilesystemResource)
    case address(AddressResource)
    /// A systemd unit.
    case unit(String)
    case script(ScriptResource)
}

package struct FilesystemResource: Hashable, Sendable, Codable {
    package var volume: VolumeName
    package var mountPoint: String
    package var type: String
    /// Mount options as in fstab, e.g. `noatime`.
    package var options: [String]

    package init(volume: VolumeName, mountPoint: String, type: String = "ext4", options: [String] = []) {
        self.volume = volume
        self.mountPoint = mountPoint
        self.type = type
        self.options = options
    }
}

package struct AddressResource: Hashable, Sendable, Codable {
    /// IPv4 or IPv6 address without prefix.
    package var address: String
    package var prefixLength: UInt8
    package var interface: PerNode<String>
    /// IPv4 label such as `eth0:0`; nil means none.
    package var label: String?

    package init(address: String, prefixLength: UInt8, interface: PerNode<String>, label: String? = nil) {
        self.address = address
        self.prefixLength = prefixLength
        self.interface = interface
        self.label = label
    }
}

/// An LSB-style script: called with `start`, `stop`, `status` (paper, annex).
package struct ScriptResource: Hashable, Sendable, Codable {
    package var path: String
    /// Passed before the action, as haresources does.
    package var arguments: [String]
    /// Time between two `status` calls while it runs; nil means it is not monitored.
    package var monitorInterval: Duration?

    package init(path: String, arguments: [String] = [], monitorInterval: Duration? = .seconds(10)) {
        self.path = path
        self.arguments = arguments
        self.monitorInterval = monitorInterval
    }
}
