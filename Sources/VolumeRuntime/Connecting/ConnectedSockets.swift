import LinuxIO

/// What the connect procedure ends with.
struct ConnectedSockets {
    var data: StreamConnection
    var meta: StreamConnection
    /// On exactly one node of the pair: the one that accepted the meta socket.
    var tieBreak: Bool
}
