import ClusterModel
import Glibc
import LinuxIO
import Netlink

/// The kernel's own nbd driver as client of the NBD server, over a pair of connected sockets that need no handshake.
///
/// When this process dies the driver keeps the requests and waits for new sockets, which the next life brings.
final class KernelNBDFrontEnd: FrontEnd {
    /// How long the driver waits for a new life of this process. Long: a file system must not see errors for a
    /// service that is being upgraded.
    private static let deadConnectionTime = Duration.seconds(24 * 3600)

    private let stateFile: String
    private let link: DeviceLink
    private let identifier: String
    private let kernel: NBDNetlink
    private let loop: EventLoop
    /// Gives one end of a socket pair to the NBD server; its transmission flags come back.
    private let serve: (consuming FileDescriptor) throws(SystemError) -> UInt16
    private var index: UInt32?

    var device: String? { index == nil ? nil : link.path }

    /// - Throws: `.missing` where this kernel has no nbd.
    init(
        folder: String, volume: VolumeName, link: DeviceLink, loop: EventLoop,
        serve: @escaping (consuming FileDescriptor) throws(SystemError) -> UInt16
    ) throws(NetlinkError) {
        kernel = try NBDNetlink()
        stateFile = folder + "/nbd.index"
        identifier = "bascule-\(volume)"
        self.link = link
        self.loop = loop
        self.serve = serve
    }

    func attach(_ volume: FrontEndVolume, _ done: @escaping (Result<String, FrontEndError>) -> Void) {
        if index != nil { return done(.success(link.path)) }
        do {
            let ends = try Self.socketPair()
            let flags = try serve(FileDescriptor(owning: ends.server))
            let kernelEnd = FileDescriptor(owning: ends.kernel)
            let attachment = NBDAttachment(
                sockets: [kernelEnd.raw], sizeBytes: volume.bytes, blockSizeBytes: UInt64(volume.logicalBlockSize),
                transmissionFlags: flags, deadConnectionTimeout: Self.deadConnectionTime, backendIdentifier: identifier)
            let index = try reconnect(attachment) ?? kernel.connect(attachment)
            try remember(index)
            try link.point(to: "/dev/nbd\(index)")
            self.index = index
            done(.success(link.path))
        } catch {
            done(.failure(FrontEndError("the kernel's nbd driver does not take the volume: \(error)")))
        }
    }

    /// The device of a former life, or nil where there is none that wants us.
    private func reconnect(_ attachment: NBDAttachment) -> UInt32? {
        guard let index = remembered else { return nil }
        do {
            try kernel.reconnect(attachment, index: index)
            return index
        } catch {
            // Another's device by now, or disconnected: a new one is made.
            return nil
        }
    }

    func detach(_ done: @escaping (Result<Void, FrontEndError>) -> Void) {
        guard let index else {
            abandon()
            return done(.success(()))
        }
        let path = link.path
        do {
            // The kernel writes back what is cached for the device, and that comes to our own NBD server.
            try HelperThread.run(on: loop, { Self.settle("/dev/nbd\(index)") }) { [weak self] error in
                guard let self else { return }
                if let error, error.errno == EBUSY {
                    return done(
                        .failure(FrontEndError("\(path) is in use: unmount it, and end the programs that have it open"))
                    )
                }
                if let error { return done(.failure(FrontEndError("\(path): \(error)"))) }
                abandon()
                done(.success(()))
            }
        } catch {
            done(.failure(FrontEndError("\(path): \(error)")))
        }
    }

    /// Writes back what is cached; a file system, or anybody who holds the device for himself, shows as `EBUSY`.
    private static func settle(_ device: String) -> SystemError? {
        do {
            let alone = try FileDescriptor.open(device, O_RDWR | O_EXCL)
            let number = alone.raw
            try SystemCall.run("flush", device) { fsync(number) }
            return nil
        } catch {
            return error
        }
    }

    /// The driver hands every error to its user at once; nothing waits.
    func giveUpWaiting() {}

    func abandon() {
        guard let index = index ?? remembered else { return }
        do {
            try kernel.disconnect(index: index)
        } catch {
            // It was not ours any more: nothing of us waits in it.
        }
        forget()
    }

    private func forget() {
        index = nil
        link.remove()
        unlink(stateFile)
    }

    private var remembered: UInt32? { SmallFile.number(stateFile) }

    private func remember(_ index: UInt32) throws(SystemError) {
        let file = try FileDescriptor.open(stateFile, O_WRONLY | O_CREAT | O_TRUNC)
        _ = try file.write(Array("\(index)".utf8))
    }

    private static func socketPair() throws(SystemError) -> (server: Int32, kernel: Int32) {
        var pair: (Int32, Int32) = (-1, -1)
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try SystemCall.run("make a pair of sockets") {
            withUnsafeMutableBytes(of: &pair) {
                socketpair(AF_UNIX, kind, 0, $0.bindMemory(to: Int32.self).baseAddress)
            }
        }
        return (pair.0, pair.1)
    }
}
