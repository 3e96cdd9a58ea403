import ClusterModel
import Control
import LinuxIO
import Netlink
import Replication

/// The volume as a block device of this node: chooses the front end, and answers the control socket's calls about it.
final class BlockDevice {
    /// After the device is gone, what served it closes its NBD connection a moment later.
    private static let departureTime = Duration.seconds(1)

    private let name: VolumeName
    private let loop: EventLoop
    private let log: (VolumeLogEntry) -> Void
    private let volume: () -> Result<FrontEndVolume, FrontEndError>
    private let clients: () -> Int
    private var frontEnd: (any FrontEnd)?

    /// - Parameters:
    ///   - options: name the kind of front end and the stable name's folder.
    ///   - folder: of the volume in the run directory.
    ///   - loop: the process's.
    ///   - log: takes lines.
    ///   - volume: what may be shown now, or why nothing may.
    ///   - clients: how many NBD clients use the volume.
    ///   - serve: gives a connected socket to the NBD server, and returns the export's transmission flags.
    init(
        _ options: VolumeProcess.Options, folder: String, loop: EventLoop, log: @escaping (VolumeLogEntry) -> Void,
        volume: @escaping () -> Result<FrontEndVolume, FrontEndError>, clients: @escaping () -> Int,
        serve: @escaping (consuming FileDescriptor) throws(SystemError) -> UInt16
    ) {
        name = options.volume.name
        self.loop = loop
        self.log = log
        self.volume = volume
        self.clients = clients
        let link = DeviceLink(folder: options.deviceDirectory, name: name.text)
        let fuse = FuseLoopFrontEnd(
            folder: folder, socket: folder + "/nbd.sock", export: name.text, link: link, loop: loop)
        switch options.frontEnd {
        case .none: break
        case .fuseLoop: frontEnd = fuse
        case .kernelNBD, .automatic:
            do {
                frontEnd = try KernelNBDFrontEnd(folder: folder, volume: name, link: link, loop: loop, serve: serve)
            } catch {
                if options.frontEnd == .automatic { frontEnd = fuse } else { say(.error, "no block device: \(error)") }
            }
        }
    }

    /// The stable name while the device is there.
    var path: String? { frontEnd?.device }

    func attach(_ answer: @escaping (VolumeEngineResponse) -> Void) {
        guard let frontEnd else { return answer(.failed("volume \(name) has no way here to become a block device")) }
        switch volume() {
        case .failure(let reason): answer(.failed(reason.description))
        case .success(let volume):
            frontEnd.attach(volume) { [weak self] result in
                switch result {
                case .success(let device):
                    self?.say(.info, "the volume is \(device) now")
                    answer(.attached(device: device))
                case .failure(let error): answer(.failed(error.description))
                }
            }
        }
    }

    func detach(_ answer: @escaping (VolumeEngineResponse) -> Void) {
        guard let frontEnd else { return answer(.detached) }
        frontEnd.detach { [weak self] result in
            guard let self else { return }
            switch result {
            case .success: awaitClientsGone(until: loop.now + Self.departureTime) { answer(.detached) }
            case .failure(let error): answer(.failed(error.description))
            }
        }
    }

    /// Lets requests fail that wait in the device for a next try.
    func giveUpWaiting() { frontEnd?.giveUpWaiting() }

    /// Ends a device that a former life left: its requests must never reach the data.
    func abandon() { frontEnd?.abandon() }

    /// Until they are gone a demotion would be refused. Other clients may stay, and are then that refusal's reason.
    private func awaitClientsGone(until end: Instant, _ done: @escaping () -> Void) {
        guard clients() > 0, loop.now < end else { return done() }
        loop.schedule(after: .milliseconds(5)) { [weak self] in self?.awaitClientsGone(until: end, done) }
    }

    private func say(_ level: VolumeLogEntry.Level, _ text: String) {
        log(VolumeLogEntry(level: level, text: text))
    }
}
