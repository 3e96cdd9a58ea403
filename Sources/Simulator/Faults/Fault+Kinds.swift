extension Fault {
    /// Every word that `--faults` takes, in order of the alphabet.
    package static let allKinds = [
        Fault.powerCut(node: 0), .crash(node: 0), .hang(node: 0), .stallCluster(node: 0),
        .stallEngine(node: 0, volume: 0),
        .killCluster(node: 0), .killEngine(node: 0, volume: 0), .restartCluster(node: 0), .shutdown(node: 0),
        .unplug(link: ""), .oneWay(link: "", from: 0), .degrade(link: ""), .deviceGone(link: "", node: 0),
        .unplugLAN(node: 0), .gatewayDown, .connectionReset(volume: 0), .replicationBlocked,
        .clockStep(node: 0, seconds: 0), .slowDisk(node: 0, volume: 0), .flakyDisk(node: 0, volume: 0),
        .deadDisk(node: 0, volume: 0), .fullRootDisk(node: 0), .unitCrash(node: 0, group: 0),
        .unitFailsToStart(node: 0, group: 0), .unitStartsSlowly(node: 0, group: 0), .unitHangsAtStop(node: 0, group: 0),
        .stranger, .foreignBeats(link: ""), .rot(node: 0, volume: 0, block: 0), .standby(node: 0), .takeover(node: 0),
        .failback(node: 0),
    ].map(\.kind).sorted()
}
