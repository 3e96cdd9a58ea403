import ClusterModel

extension Scenario {
    /// Many writes, few flushes: much is lost with the power.
    private static func load(blocks: Int, pace: Duration = .milliseconds(40)) -> WorldSettings {
        .standard {
            $0.volumeBlocks = blocks
            $0.bulkPace = pace
            $0.clientPace = .seconds(4)
        }
    }

    private static let bothPlugsTwice: [PlannedFault] = [
        .at(60, for: 1, .powerCut(node: 0)), .at(60.5, for: 1, .powerCut(node: 1)),
        .at(90, for: 20, .powerCut(node: 0)), .at(90.2, for: 20, .powerCut(node: 1)),
    ]

    static let boots = [
        Scenario(
            "two-plugs-then-shutdown", "Both lose power under load, return, and are shut down in order soon after.",
            .of(
                load(blocks: 8_192, pace: .milliseconds(300)), calm: 200,
                [
                    .at(60, for: 1, .powerCut(node: 0)), .at(60.5, for: 1, .powerCut(node: 1)),
                    .at(88, for: 30, .shutdown(node: 0)), .at(90, for: 30, .shutdown(node: 1)),
                ])),
        Scenario(
            "two-plugs-twice", "Both lose power under load, return, and lose it again: what was lost is marked.",
            .of(load(blocks: 8_192), calm: 200, bothPlugsTwice)),
        Scenario(
            "two-plugs-twice-large",
            "The same on a volume that has more extents than the activity log: what leaves the log is stable.",
            .of(load(blocks: 131_072), calm: 200, bothPlugsTwice)),
        Scenario(
            "reboot-faster-than-deadtime",
            "The owner's kernel crashes and is back before it was missed; the other takes over at its first beat.",
            .of(
                .standard {
                    $0.timing = Timing(
                        keepalive: .seconds(2), warntime: .seconds(10), deadtime: .seconds(40), initdead: .seconds(60))
                }, calm: 300, [.at(100, .crash(node: 0)), .at(200, .crash(node: 1))])),
        Scenario(
            "one-is-stale-after-a-power-cut",
            "One node goes down, the other serves on alone and goes down too; the stale one boots first and must wait.",
            .of(
                .standard(), calm: 400,
                [.at(60, for: 120, .powerCut(node: 0)), .at(120, for: 150, .powerCut(node: 1))])),
        Scenario(
            "two-plugs-first-returns-first",
            "Both plugs are pulled one second apart; the one pulled first returns first.",
            .of(
                .standard(), calm: 300,
                [.at(60, for: 40, .powerCut(node: 0)), .at(61, for: 120, .powerCut(node: 1))])),
        Scenario(
            "two-plugs-first-returns-last",
            "Both plugs are pulled one second apart; the one pulled first returns last.",
            .of(
                .standard(), calm: 300,
                [.at(60, for: 120, .powerCut(node: 0)), .at(61, for: 40, .powerCut(node: 1))])),
        Scenario(
            "standby-dies-while-frozen",
            "The replication is cut, writes freeze, and the standby dies before it has marked its copy outdated.",
            .of(
                .standard(), calm: 300,
                [.at(60, for: 120, .replicationBlocked), .at(60.4, for: 90, .powerCut(node: 1))])),
        Scenario(
            "standby-dies-at-the-moment-of-freezing",
            "The direct cable and the standby's power go within the time in which a ping is missed.",
            .of(
                .standard(), calm: 300,
                [.at(60, for: 120, .unplug(link: "direct")), .at(70.6, for: 90, .powerCut(node: 1))])),
        Scenario(
            "unconfigured-node-on-the-cable",
            "The peer is replaced by a machine that is not configured yet: its beats must count for nothing.",
            .of(
                .standard(), calm: 300,
                [
                    .at(60, for: 180, .powerCut(node: 0)), .at(50, for: 180, .foreignBeats(link: "direct")),
                    .at(50, for: 180, .foreignBeats(link: "null-modem")),
                ])),
        Scenario(
            "killed-again-and-again",
            "Every process is killed in turn, over and over: the supervisor brings it back, nothing is lost.",
            .of(
                .standard(), calm: 400,
                (0..<60).map { turn in
                    let fault: Fault =
                        switch turn % 4 {
                        case 0: .killEngine(node: 0, volume: 0)
                        case 1: .killCluster(node: 0)
                        case 2: .killEngine(node: 1, volume: 0)
                        default: .killCluster(node: 1)
                        }
                    return .at(60 + 5 * Double(turn), fault)
                })),
    ]
}
