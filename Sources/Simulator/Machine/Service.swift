import ClusterModel

/// What the kernel and systemd of one machine hold for one group.
struct Service {
    var hasAddress = false
    var isUnitRunning = false
    /// By position in the group.
    var isMonitored: [Bool]
    var trouble = Trouble()

    /// What goes wrong with the group's resources on this machine.
    struct Trouble {
        var failsToStart = false
        var hangsAtStop = false
        var startsSlowly = false
    }
}
