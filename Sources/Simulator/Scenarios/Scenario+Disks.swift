import ClusterModel

extension Scenario {
    static let disks = [
        Scenario(
            "owner-disk-fails-under-load",
            "The owner's disk dies: it goes on with the other copy; a new disk is filled.",
            .of(.standard(), calm: 240, [.at(60, for: 60, .deadDisk(node: 0, volume: 0))])),
        Scenario(
            "owner-disk-fails-and-panics", "The same where the owner chose panic: the other node takes over.",
            .of(.standard { $0.onIOError = .panic }, calm: 240, [.at(60, for: 60, .deadDisk(node: 0, volume: 0))])),
        Scenario(
            "standby-disk-fails", "The standby's disk dies and is replaced.",
            .of(.standard(), calm: 240, [.at(60, for: 60, .deadDisk(node: 1, volume: 0))])),
        Scenario(
            "standby-disk-rots", "A block of the standby's disk changes silently: only a comparison can tell.",
            .of(.standard(), calm: 60, [.at(50, .rot(node: 1, volume: 0, block: 8000))]), expected: "CopiesIdentical"),
        Scenario(
            "state-disk-full",
            "The disk with the state file is full while nodes die: nothing is taken over unrecorded.",
            .of(
                .standard(), calm: 300,
                [
                    .at(55, for: 100, .fullRootDisk(node: 1)), .at(60, for: 60, .powerCut(node: 0)),
                    .at(200, for: 40, .fullRootDisk(node: 0)), .at(205, for: 30, .standby(node: 1)),
                ])),
        Scenario(
            "slow-disks", "A disk takes two hundred times as long as it should.",
            .of(
                .standard(), calm: 240,
                [.at(60, for: 40, .slowDisk(node: 0, volume: 0)), .at(120, for: 40, .slowDisk(node: 1, volume: 0))])),
    ]
}
