import ClusterModel

/// One volume in the look of `/proc/drbd` (drbd-8.4, "what users look at"), with the name in place of the minor number.
enum VolumeRenderer {
    static func lines(for volume: VolumeStatusDocument) -> [String] {
        var lines = [" \(volume.name): \(states(of: volume))", "    \(counters(of: volume))"]
        if let resync = volume.resync { lines += ResyncRenderer.lines(for: resync) }
        if !volume.reason.isEmpty { lines.append("    \(volume.reason)") }
        return lines
    }

    private static func states(of volume: VolumeStatusDocument) -> String {
        "cs:\(volume.connection.rawValue) ro:\(volume.role.rawValue)/\(volume.peerRole.rawValue) "
            + "ds:\(volume.disk.rawValue)/\(volume.peerDisk.rawValue) \(volume.wireProtocol.rawValue) \(flags(of: volume))"
    }

    /// Six flags as in `/proc/drbd`: I/O running or suspended, then four that we never set but whose places scripts
    /// count on, and whether the peer or user holds the resync.
    private static func flags(of volume: VolumeStatusDocument) -> String {
        let isPaused = volume.connection == .pausedSyncSource || volume.connection == .pausedSyncTarget
        return (volume.isFrozen ? "s" : "r") + "--" + (isPaused ? "u" : "-") + "--"
    }

    private static func counters(of volume: VolumeStatusDocument) -> String {
        volume.counters.inOrder.map { "\($0.letters):\($0.value)" }.joined(separator: " ")
    }
}
