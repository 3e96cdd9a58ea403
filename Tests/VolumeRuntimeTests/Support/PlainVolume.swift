import ClusterModel
import LinuxIO
import Replication
import WireFormat

@testable import VolumeRuntime

/// A real disk file behind a real NBD server, with a plain engine between them.
final class PlainVolume {
    let host: EngineHost<PlainBrain>
    private(set) var log: [String] = []

    init(disk path: String, socket: String, loop: EventLoop) throws {
        let volume = VolumeDefinition(name: "data", disk: .both(path), address: [:])
        let paths = try VolumeDisks.paths(volume, node: "serv-a")
        let disks = try VolumeDisks.open(paths, ring: try IOUring(on: loop))
        let addresses = try Loopback.pair().low
        var observed: [String] = []
        host = EngineHost(
            PlainBrain(), addresses: addresses, seed: 1, loop: loop,
            observer: EngineObserver(
                log: { observed.append($0.text) }, changed: {}, settled: {}, panicked: { _ in }, stopped: {}))
        host.attach(disks, try MetadataAttacher(disks).attach().disk)
        let host = self.host
        host.server = try NBDServer(
            path: socket, loop: loop,
            offer: { [unowned host] in
                let sizes = NBDBlockSizes(minimum: UInt32(host.logicalBlockSize))
                return NBDServer.Offer(export: NBDExport(name: "data", size: host.deviceBytes, blockSizes: sizes))
            },
            { [unowned host] event in
                switch event {
                case .requested(let id, let operation): host.post(.clientRequested(id, operation))
                case .gone(let ids): host.post(.clientGone(ids))
                case .opened(let count): host.post(.deviceOpened(clients: count))
                case .closed(let count): host.post(.deviceClosed(clients: count))
                }
            })
        try loop.run(until: { host.deviceBytes > 0 }, within: .seconds(2))
    }
}
