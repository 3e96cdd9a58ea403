import ClusterModel

extension Scenario {
    /// The LAN carries no beats, so that both can live in total silence and reach their clients.
    private static let apart = WorldSettings.standard { $0.topology = .apart }

    private static func silence(from: Double, for length: Double) -> [PlannedFault] {
        [.at(from, for: length, .unplug(link: "direct")), .at(from, for: length, .unplug(link: "null-modem"))]
    }

    static let isolations =
        [
            Scenario(
                "both-links-cut",
                "Both live and reach the gateway: the service address decides, the owner goes on alone.",
                .of(apart, calm: 240, silence(from: 60, for: 120))),
            Scenario(
                "both-links-cut-then-gateways-lost",
                "Both links are cut, both live; the owner loses its clients, later the other does.",
                .of(
                    apart, calm: 400,
                    silence(from: 60, for: 240) + [
                        .at(100, for: 60, .unplugLAN(node: 0)), .at(200, for: 60, .unplugLAN(node: 1)),
                    ])),
            Scenario(
                "owner-cut-off-completely", "The owner loses every cable at once: it stops, the other takes over.",
                .of(apart, calm: 240, silence(from: 60, for: 120) + [.at(60, for: 120, .unplugLAN(node: 0))])),
            Scenario(
                "owner-cut-off-for-a-moment",
                "The owner loses every cable just long enough to be taken over, and returns before its bound.",
                .of(apart, calm: 240, silence(from: 60, for: 120) + [.at(60, for: 6.5, .unplugLAN(node: 0))])),
            Scenario(
                "standby-cut-off-completely",
                "The standby loses every cable at once: nothing moves, the owner goes on alone.",
                .of(apart, calm: 240, silence(from: 60, for: 120) + [.at(60, for: 120, .unplugLAN(node: 1))])),
        ] + ownerDies + [
            Scenario(
                "stranger-on-the-address",
                "A stranger answers for the service address when the owner dies: nobody takes it while he does.",
                .of(.standard(), calm: 240, [.at(55, for: 100, .stranger), .at(60, for: 150, .powerCut(node: 0))])),
            Scenario(
                "ping-node-dies-for-good", "The gateway goes and stays away; then the owner dies, later the other.",
                {
                    var plan = FaultPlan.of(
                        .standard(), calm: 400,
                        [
                            .at(60, for: 340, .gatewayDown), .at(120, for: 60, .powerCut(node: 0)),
                            .at(280, for: 60, .powerCut(node: 1)),
                        ])
                    plan.losesGatewayForGood = true
                    return plan
                }()),
        ]

    /// The owner is granted to write alone, acknowledges, and dies: has the other one asked before that?
    private static let ownerDies = [5.0, 5.3, 5.6, 5.9, 6.2, 6.5, 7.0, 8.0, 10.0].map { delay in
        Scenario(
            "owner-dies-\(Int(delay * 1000))-ms-into-silence",
            "Both links are cut, and the owner, perhaps writing alone by then, loses power \(delay) seconds later.",
            .of(apart, calm: 240, silence(from: 60, for: 120) + [.at(60 + delay, for: 90, .powerCut(node: 0))]))
    }
}
