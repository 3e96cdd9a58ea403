import ClusterModel

extension Scenario {
    private static let withoutWatchdog = WorldSettings.standard { $0.hasWatchdog = false }

    static let machines = [
        Scenario(
            "hang-and-return",
            "The owner hangs for three deadtimes and comes back believing that it still serves; there is no watchdog.",
            .of(withoutWatchdog, calm: 200, [.at(60, for: 15, .hang(node: 0)), .at(120, for: 15, .hang(node: 1))])),
        Scenario(
            "hang-and-watchdog", "The owner hangs for good: the watchdog ends it, then the other takes over.",
            .of(.standard(), calm: 200, [.at(60, for: 100, .hang(node: 0))])),
        Scenario(
            "hang-while-cut-off",
            "The owner hangs and loses the LAN, is replaced, and comes back on the LAN still hanging.",
            .of(
                .standard(), calm: 240,
                [
                    .at(60, for: 60, .hang(node: 0)), .at(60, for: 8, .unplugLAN(node: 0)),
                    .at(60, for: 60, .unplug(link: "direct")), .at(60, for: 60, .unplug(link: "null-modem")),
                ])),
        Scenario(
            "cluster-loop-stalls", "Only the cluster process stands still, for shorter and longer than deadtime.",
            .of(
                .standard(), calm: 240,
                [
                    .at(60, for: 4, .stallCluster(node: 0)), .at(90, for: 8, .stallCluster(node: 0)),
                    .at(130, for: 30, .stallCluster(node: 0)),
                ])),
        Scenario(
            "engine-stalls", "Only the owner's engine, then the standby's, stands still for half a minute.",
            .of(
                .standard(), calm: 240,
                [
                    .at(60, for: 30, .stallEngine(node: 0, volume: 0)),
                    .at(120, for: 30, .stallEngine(node: 1, volume: 0)),
                ])),
        Scenario(
            "clock-steps-a-year", "The wall clocks jump a year ahead and back, also across a reboot.",
            .of(
                .standard(), calm: 300,
                [
                    .at(60, .clockStep(node: 0, seconds: 31_536_000)), .at(70, .crash(node: 0)),
                    .at(150, .clockStep(node: 0, seconds: -31_536_000)), .at(160, .crash(node: 0)),
                    .at(220, .clockStep(node: 1, seconds: -31_536_000)), .at(230, .killCluster(node: 1)),
                ])),
        Scenario(
            "stop-hangs", "The unit cannot be stopped at a planned move: the node resets itself, the other takes over.",
            .of(
                .standard(), calm: 240,
                [.at(55, for: 100, .unitHangsAtStop(node: 0, group: 0)), .at(60, .standby(node: 0))])),
        Scenario(
            "start-fails-everywhere", "The unit starts nowhere for a while: no loop, and it is tried again.",
            .of(
                .standard(), calm: 300,
                [
                    .at(55, for: 120, .unitFailsToStart(node: 0, group: 0)),
                    .at(55, for: 120, .unitFailsToStart(node: 1, group: 0)), .at(60, .unitCrash(node: 0, group: 0)),
                ])),
        Scenario(
            "planned-moves", "Standby, takeover and failback, one after the other, under load.",
            .of(
                .standard(), calm: 300,
                (0..<8).map {
                    .at(
                        60 + 25 * Double($0),
                        [.standby(node: 0), .failback(node: 0), .takeover(node: 1), .takeover(node: 0)][$0 % 4])
                })),
        Scenario(
            "all-restarted-in-order", "Each node is shut down in order and returns, then both are.",
            .of(
                .standard(), calm: 400,
                [
                    .at(60, for: 40, .shutdown(node: 0)), .at(150, for: 40, .shutdown(node: 1)),
                    .at(240, for: 60, .shutdown(node: 0)), .at(245, for: 40, .shutdown(node: 1)),
                ])),
    ]
}
