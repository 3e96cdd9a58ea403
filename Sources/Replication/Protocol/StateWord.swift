/// The whole state of a volume as its sender sees it, as one 32-bit word (drbd-8.4 state word).
package struct StateWord: Hashable, Sendable {
    package var role: Role
    package var peerRole: Role
    package var connection: ConnectionState
    package var disk: DiskState
    package var peerDisk: DiskState
    /// I/O is suspended and resync paused for these reasons.
    package var flags: Flags

    package init(
        role: Role, peerRole: Role, connection: ConnectionState, disk: DiskState, peerDisk: DiskState,
        flags: Flags = []
    ) {
        self.role = role
        self.peerRole = peerRole
        self.connection = connection
        self.disk = disk
        self.peerDisk = peerDisk
        self.flags = flags
    }

    /// The single bits of the word, at their place on the wire.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// I/O suspended by the administrator.
        package static let suspended = Flags(rawValue: 1 << 17)
        /// Resync paused by a resync-after dependency (`aftr_isp`).
        package static let pausedByDependency = Flags(rawValue: 1 << 18)
        /// Resync paused by the peer (`peer_isp`).
        package static let pausedByPeer = Flags(rawValue: 1 << 19)
        /// Resync paused by the administrator (`user_isp`).
        package static let pausedByUser = Flags(rawValue: 1 << 20)
        /// I/O suspended: no data reachable (`susp_nod`).
        package static let suspendedNoData = Flags(rawValue: 1 << 21)
        /// I/O suspended: the peer is being fenced (`susp_fen`).
        package static let suspendedFencing = Flags(rawValue: 1 << 22)

        package static let all = Flags(rawValue: 0x007e_0000)
    }
}

extension StateWord: RawRepresentable {
    /// The word, or nil where a field holds a number that names no state. Bits above 22 are ignored.
    package init?(rawValue: UInt32) {
        guard let role = Role(rawValue: UInt8(rawValue & 3)),
            let peerRole = Role(rawValue: UInt8(rawValue >> 2 & 3)),
            let connection = ConnectionState(rawValue: UInt8(rawValue >> 4 & 31)),
            let disk = DiskState(rawValue: UInt8(rawValue >> 9 & 15)),
            let peerDisk = DiskState(rawValue: UInt8(rawValue >> 13 & 15))
        else { return nil }
        self.init(
            role: role, peerRole: peerRole, connection: connection, disk: disk, peerDisk: peerDisk,
            flags: Flags(rawValue: rawValue).intersection(.all))
    }

    package var rawValue: UInt32 {
        UInt32(role.rawValue) | UInt32(peerRole.rawValue) << 2 | UInt32(connection.rawValue) << 4
            | UInt32(disk.rawValue) << 9 | UInt32(peerDisk.rawValue) << 13 | flags.intersection(.all).rawValue
    }
}

extension StateWord: CustomStringConvertible {
    /// As `/proc/drbd` words it: `Connected Primary/Secondary UpToDate/UpToDate`.
    package var description: String {
        "\(connection) \(role)/\(peerRole) \(disk)/\(peerDisk)"
    }
}
