import ClusterModel

extension Scenario {
    static let links = [
        Scenario(
            "link-flaps-for-an-hour", "The direct cable is out for two seconds of every five, for an hour.",
            .of(
                .standard { $0.clientPace = .seconds(1) }, calm: 3700,
                (0..<720).map { .at(60 + 5 * Double($0), for: 2, .unplug(link: "direct")) })),
        Scenario(
            "one-way-link", "Each link in turn carries beats in one direction only, then all of them do.",
            .of(
                .standard(), calm: 420,
                ["lan", "direct", "null-modem"].enumerated().flatMap { number, link in
                    [
                        PlannedFault.at(60 + 40 * Double(number), for: 30, .oneWay(link: link, from: number % 2)),
                        .at(240, for: 60, .oneWay(link: link, from: 0)),
                        .at(330, for: 60, .oneWay(link: link, from: 1)),
                    ]
                })),
        Scenario(
            "serial-noise", "The serial line is noisy for an hour, and the only link for a part of it.",
            .of(
                .standard { $0.clientPace = .seconds(1) }, calm: 3700,
                [
                    .at(60, for: 3600, .degrade(link: "null-modem")), .at(600, for: 60, .unplug(link: "direct")),
                    .at(610, for: 40, .unplugLAN(node: 1)),
                ])),
        Scenario(
            "replication-lost-serial-left",
            "LAN and direct cable are out: the copy is outdated over the serial line, and the owner writes on.",
            .of(
                .standard(), calm: 240,
                [.at(60, for: 120, .unplug(link: "direct")), .at(60, for: 120, .unplugLAN(node: 1))])),
        Scenario(
            "outdated-then-alone",
            "The copy is outdated over the serial line, the owner writes on and dies: the outdated copy must not serve.",
            .of(
                .standard(), calm: 240,
                [
                    .at(60, for: 120, .unplug(link: "direct")), .at(60, for: 120, .unplugLAN(node: 1)),
                    .at(90, for: 100, .powerCut(node: 0)), .at(91, for: 60, .oneWay(link: "null-modem", from: 0)),
                ])),
        Scenario(
            "each-link-alone", "Each cable is pulled alone: nothing moves.",
            .of(
                .standard(), calm: 300,
                [
                    .at(60, for: 30, .unplug(link: "lan")), .at(120, for: 30, .unplug(link: "null-modem")),
                    .at(180, for: 30, .unplug(link: "direct")), .at(230, for: 30, .deviceGone(link: "direct", node: 0)),
                ])),
    ]
}
