import ClusterModel
import Control
import Glibc
import LinuxIO
import Replication
import WireFormat

/// All parts of a volume's process on one loop: engine, disk, peer, NBD clients, block device, control socket.
final class VolumeService {
    typealias Host = EngineHost<VolumeEngine>

    /// An engine that has not parted in order by then is left to its metadata, which say that it was in use.
    private static let stopTime = Duration.seconds(10)
    private static let sampleInterval = Duration.seconds(1)
    private static let trimInterval = Duration.seconds(10)

    /// Called once when the process may end.
    var onEnd: (() -> Void)?
    private(set) var exitCode: Int32 = 0

    private let options: VolumeProcess.Options
    private let loop: EventLoop
    private let log: (VolumeLogEntry) -> Void
    private let folder: String
    private var host: Host?
    private var server: NBDServer?
    private var control: VolumeControlServer?
    private var device: BlockDevice?
    private var diskTrouble = ""
    private var lastWord: StateWord?
    private var meter: ResyncMeter?
    private var isStopping = false
    private var hasEnded = false

    private var name: VolumeName { options.volume.name }

    /// Makes the sockets and the engine; `start` opens the disk.
    init(
        _ options: VolumeProcess.Options, loop: EventLoop, log: @escaping (VolumeLogEntry) -> Void
    ) throws {
        self.options = options
        self.loop = loop
        self.log = log
        folder = "\(options.runDirectory)/volumes/\(options.volume.name)"
        let addresses: PeerAddresses
        do {
            addresses = try PeerAddresses(options.volume, node: options.node)
        } catch {
            throw VolumeStartError.addresses(error.description)
        }
        try Self.makeFolders(folder)
        let engine = VolumeEngine(settings: VolumeSettings(options.volume), seed: .random(in: 0...UInt64.max))
        host = Host(
            engine, addresses: addresses, seed: .random(in: 0...UInt64.max), loop: loop, observer: observer())
        server = try NBDServer(
            path: folder + "/nbd.sock", loop: loop, offer: { [unowned self] in offer }, { [unowned self] in heard($0) })
        host?.server = server
        control = try VolumeControlServer(path: folder + "/control.sock", loop: loop, desk: desk())
        device = BlockDevice(
            options, folder: folder, loop: loop, log: log,
            volume: { [unowned self] in deviceOffer },
            clients: { [unowned self] in server?.openCount ?? 0 },
            serve: { [unowned self] (socket: consuming FileDescriptor) throws(SystemError) in
                try server?.adopt(socket)
                return Self.abilities.union(.hasFlags).rawValue
            })
    }

    private static func makeFolders(_ folder: String) throws(SystemError) {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/" + part
            if mkdir(path, 0o700) != 0 && errno != EEXIST {
                throw SystemError(errno: errno, operation: "make folder", subject: path)
            }
        }
    }

    // MARK: The engine

    /// Opens the disk; from here on the engine works.
    func start() {
        do {
            let paths = try VolumeDisks.paths(options.volume, node: options.node)
            let disks = try VolumeDisks.open(paths, ring: try ring())
            let (attached, recovered) = try MetadataAttacher(disks).attach()
            if let recovered {
                say(
                    .info,
                    "the last run did not close the metadata: applied the activity log, \(recovered) extents marked")
            }
            host?.attach(disks, attached)
        } catch {
            diskTrouble = error.description
            say(.error, "the disk cannot be used: \(error)")
            host?.post(.attachFailed(reason: error.description))
        }
        loop.schedule(every: Self.sampleInterval) { [weak self] in self?.sampleResync() }
        loop.schedule(every: Self.trimInterval) { [weak self] in self?.host?.trim() }
    }

    private func ring() throws(VolumeDiskError) -> IOUring {
        do {
            return try IOUring(on: loop)
        } catch {
            throw .system(error)
        }
    }

    private func observer() -> EngineObserver {
        EngineObserver(
            log: { [weak self] in self?.log($0) },
            changed: { [weak self] in self?.changed() },
            settled: { [weak self] in self?.settled() },
            panicked: { [weak self] in self?.panicked($0) },
            stopped: { [weak self] in self?.end() })
    }

    private func changed() {
        control?.publish()
        guard let report = host?.engine.report, !report.isPrimary else { return }
        // The data have gone on, or may have, without this node: what still waits in a device of an earlier life
        // must never be written.
        let word = host?.engine.stateWord
        let hasGoneOn = word?.peerRole == .primary || report.copy == .outdated || report.copy == .inconsistent
        if hasGoneOn { device?.abandon() }
    }

    /// Logs every change of state in DRBD's words.
    private func settled() {
        guard let word = host?.engine.stateWord, word != lastWord else { return }
        let before = lastWord.map { "\($0) -> " } ?? ""
        lastWord = word
        say(.info, "\(before)\(word)")
        sampleResync()
    }

    private func sampleResync() {
        guard let progress = host?.engine.resyncProgress else {
            meter = nil
            return
        }
        var meter = self.meter ?? ResyncMeter(left: progress.remainingBytes, at: loop.now)
        meter.sample(left: progress.remainingBytes, isPaused: progress.isPaused, at: loop.now)
        self.meter = meter
    }

    private func panicked(_ reason: String) {
        say(.error, "this node must stop: \(reason)")
        exitCode = VolumeProcess.panicExitCode
        end()
    }

    private func say(_ level: VolumeLogEntry.Level, _ text: String) {
        log(VolumeLogEntry(level: level, text: text))
    }

    // MARK: Clients

    private var offer: NBDServer.Offer {
        let block = UInt32(host?.logicalBlockSize ?? 512)
        let export = NBDExport(
            name: name.text, size: host?.deviceBytes ?? 0, flags: Self.abilities,
            blockSizes: NBDBlockSizes(minimum: block, preferred: max(block, 4096)))
        return NBDServer.Offer(export: export, withheld: withheld)
    }

    /// A flush covers what was acknowledged on any connection, so clients may use several.
    private static let abilities: NBDTransmissionFlags = [
        .sendFlush, .sendFUA, .sendTrim, .sendWriteZeroes, .canMultiConn,
    ]

    private var withheld: String? {
        guard let engine = host?.engine, !engine.report.isPrimary else { return nil }
        let peer = options.volume.address.keys.filter { $0 != options.node }.min()
        let isPeerPrimary = engine.stateWord.peerRole == .primary
        return "volume \(name) is secondary here"
            + (isPeerPrimary
                ? "; \(peer?.text ?? "the other node") is primary" : "; no node that is known here is primary")
    }

    /// The volume as a block device may show it, or why it may not.
    private var deviceOffer: Result<FrontEndVolume, FrontEndError> {
        guard let host, host.engine.report.isPrimary, host.deviceBytes > 0 else {
            return .failure(FrontEndError(withheld ?? "the size of volume \(name) is not known yet"))
        }
        return .success(FrontEndVolume(bytes: host.deviceBytes, logicalBlockSize: host.logicalBlockSize))
    }

    private func heard(_ event: NBDServer.Event) {
        switch event {
        case .requested(let id, let operation): host?.post(.clientRequested(id, operation))
        case .gone(let ids): host?.post(.clientGone(ids))
        case .opened(let clients): host?.post(.deviceOpened(clients: clients))
        case .closed(let clients): host?.post(.deviceClosed(clients: clients))
        }
    }

    // MARK: Control

    private func desk() -> VolumeControlServer.Desk {
        VolumeControlServer.Desk(
            order: { [weak self] in self?.order($0, $1) },
            attach: { [weak self] in self?.device?.attach($0) },
            detach: { [weak self] in self?.device?.detach($0) },
            status: { [unowned self] in status },
            report: { [unowned self] in host?.engine.report ?? VolumeReport() },
            shutdown: { [weak self] in self?.stop() })
    }

    private func order(_ order: VolumeOrder, _ answer: @escaping (VolumeOrderResult) -> Void) {
        guard let host else { return answer(.refused("the engine has ended")) }
        host.order(order) { [weak self] result in
            if order == .abandonFrozenWrites && result == .done { self?.device?.giveUpWaiting() }
            answer(result)
        }
    }

    private var status: VolumeStatusDocument {
        guard let host else { preconditionFailure("status asked before there is an engine") }
        sampleResync()
        return VolumeStatusBuilder(
            name: name, wireProtocol: options.volume.wireProtocol, device: device?.path, size: host.deviceBytes,
            word: host.engine.stateWord, report: host.engine.report, counters: host.engine.counters,
            generations: host.engine.generations, resync: meter?.progress(wanted: options.volume.resyncRate),
            diskTrouble: diskTrouble
        ).document
    }

    // MARK: Ending

    /// Parts in order: what is under way is finished, the metadata are closed. The block device waits for the next life.
    func stop() {
        guard !isStopping else { return }
        isStopping = true
        server?.stopReading()
        host?.post(.stopRequested)
        loop.schedule(after: Self.stopTime) { [weak self] in
            guard let self, !hasEnded else { return }
            say(.warning, "the engine could not part in order: requests still wait; the next start recovers")
            end()
        }
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        control?.close()
        server?.closeAll()
        // The farewells leave with this turn.
        loop.perform { [weak self] in self?.onEnd?() }
    }
}
