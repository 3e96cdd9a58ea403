import ClusterModel
import Control

/// Documents that use every field, for round trips and golden texts.
enum SampleDocuments {
    static var resyncingVolume: VolumeStatusDocument {
        var counters = ReplicationCounters()
        counters.networkSent = 479_744
        counters.diskRead = 487_936
        counters.bitmapWrites = 29
        counters.pendingAtPeer = 38
        counters.epochs = 1
        counters.outOfSync = 9_848_320
        return VolumeStatusDocument(
            name: "data", device: "/dev/bascule/data", size: 10 << 30, role: .primary, peerRole: .secondary,
            connection: .syncSource, disk: .upToDate, peerDisk: .inconsistent, counters: counters,
            resync: ResyncProgress(
                totalBytes: 10085 << 20, leftBytes: 9617 << 20, speed: 13856 << 10, averageSpeed: 11416 << 10),
            generations: ["8A2B3C4D5E6F7081", "0000000000000004", "0000000000000000", "0000000000000000"])
    }

    static var frozenVolume: VolumeStatusDocument {
        VolumeStatusDocument(
            name: "mail", role: .primary, peerRole: .unknown, connection: .wfConnection, disk: .upToDate,
            peerDisk: .unknown, isFrozen: true,
            reason: "writes wait until the peer is known to be outdated or dead (R2)")
    }

    static var node: NodeStatusDocument {
        NodeStatusDocument(
            cluster: "school", node: "serv-a", version: "1.0", uptimeMilliseconds: 86_400_000, epoch: 7,
            configurationHash: "00d1e2f3a4b5c6d7",
            nodes: [
                NodeEntry(name: "serv-a", state: .up, sinceMilliseconds: 86_400_000),
                NodeEntry(
                    name: "serv-b", state: .late, reason: "no beat on any link", sinceMilliseconds: 6_200,
                    hasSameConfiguration: false),
            ],
            links: [
                LinkEntry(
                    name: "lan", kind: "udp", place: "eth0 broadcast port 694", state: .late,
                    lastBeatMilliseconds: 6_300, delayMilliseconds: 0.42, received: 43_000, lost: 3, late: 1),
                LinkEntry(
                    name: "null-modem", kind: "serial", place: "/dev/ttyS0 115200 baud", state: .failed,
                    trouble: "cannot open /dev/ttyS0: no such device"),
            ],
            pingNodes: [PingNodeEntry(address: "192.0.2.254", isAnswering: true, lastAnswerMilliseconds: 350)],
            groups: [
                GroupEntry(
                    name: "web", state: .serving, preferred: "serv-b", servedBy: "serv-a",
                    reason: "serv-b was declared dead 3 h ago: silence on both links, ping node answered (R3)",
                    resources: [
                        ResourceEntry(kind: "volume", title: "data", state: .running),
                        ResourceEntry(
                            kind: "unit", title: "apache2.service", state: .failed, detail: "exited with status 1"),
                    ])
            ],
            volumes: [resyncingVolume, frozenVolume],
            watchdog: WatchdogEntry(
                device: "/dev/watchdog", isArmed: false, timeoutMilliseconds: 10_000, reason: "no such device"),
            warnings: ["serv-b has another configuration: timing.deadtime differs"])
    }
}
