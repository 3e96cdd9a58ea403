/// A change that needs the peer's consent (`p_req_state`, drbd-8.4 asking the peer), in the requester's view.
package struct StateChangeRequest: Hashable, Sendable {
    /// The fields that are to change.
    package var mask: StateFields
    /// What they are to become; fields outside the mask mean nothing.
    package var value: StateWord

    package init(mask: StateFields, value: StateWord) {
        self.mask = mask
        self.value = value
    }

    /// Asks to become primary.
    package static let becomePrimary = changing(role: .primary)
    /// Asks to disconnect.
    package static let disconnect = changing(connection: .disconnecting)

    /// A request for the fields that are given.
    package static func changing(
        role: Role? = nil, connection: ConnectionState? = nil, disk: DiskState? = nil, peerDisk: DiskState? = nil
    ) -> StateChangeRequest {
        var mask: StateFields = []
        if role != nil { mask.insert(.role) }
        if connection != nil { mask.insert(.connection) }
        if disk != nil { mask.insert(.disk) }
        if peerDisk != nil { mask.insert(.peerDisk) }
        return StateChangeRequest(
            mask: mask,
            value: StateWord(
                role: role ?? .unknown, peerRole: .unknown, connection: connection ?? .standAlone,
                disk: disk ?? .diskless, peerDisk: peerDisk ?? .diskless))
    }
}

/// Which fields of a state word are meant; the raw value is the mask on the wire.
package struct StateFields: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let role = StateFields(rawValue: 0x0000_0003)
    package static let peerRole = StateFields(rawValue: 0x0000_000c)
    package static let connection = StateFields(rawValue: 0x0000_01f0)
    package static let disk = StateFields(rawValue: 0x0000_1e00)
    package static let peerDisk = StateFields(rawValue: 0x0001_e000)
    package static let flags = StateFields(rawValue: StateWord.Flags.all.rawValue)

    /// Whether no field of several bits is named in part, and no bit outside the word.
    package var isWellFormed: Bool {
        let fields: [StateFields] = [.role, .peerRole, .connection, .disk, .peerDisk]
        let isWhole = fields.allSatisfy { isSuperset(of: $0) || isDisjoint(with: $0) }
        return isWhole && rawValue & ~0x007f_ffff == 0
    }
}
