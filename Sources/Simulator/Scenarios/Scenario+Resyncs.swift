import ClusterModel

extension Scenario {
    /// A first synchronisation of 512 MiB, which a person starts after 30 seconds.
    private static let unsynchronised = WorldSettings.standard {
        $0.volumeBlocks = 131_072
        $0.startsUnsynchronised = true
    }

    static let resyncs = [
        Scenario(
            "target-crashes-during-resync", "The node that is being filled crashes: the resync goes on where it was.",
            .of(unsynchronised, calm: 150, [.at(32, .crash(node: 1)), .at(70, for: 10, .powerCut(node: 1))])),
        Scenario(
            "source-crashes-during-resync",
            "The node with the only good copy crashes: the half-filled one must not serve.",
            .of(unsynchronised, calm: 150, [.at(32, .crash(node: 0)), .at(70, for: 10, .powerCut(node: 0))])),
        Scenario(
            "last-packets-of-a-resync-lost",
            "The connection breaks every 400 ms while a resync runs, so also at its last packet.",
            .of(
                .standard { $0.volumeBlocks = 32_768 }, calm: 240,
                [.at(60, for: 30, .powerCut(node: 1))]
                    + (0..<80).map { .at(105 + 0.4 * Double($0), .connectionReset(volume: 0)) })),
        Scenario(
            "engines-die-during-resync", "Either engine is killed in turn while a resync runs.",
            .of(
                unsynchronised, calm: 150,
                (0..<12).map { .at(31 + 1.5 * Double($0), .killEngine(node: $0 % 2, volume: 0)) })),
    ]
}
