import CLinux
import ClusterModel
import LinuxIO
import Replication

/// `bascule volume NAME`: the process that replicates one volume and offers it to this node.
package enum VolumeProcess {
    /// How the volume becomes a block device here.
    package enum FrontEndKind: String, Hashable, Sendable, CaseIterable {
        /// The kernel's nbd driver where there is one, else FUSE and a loop device.
        case automatic
        case kernelNBD = "nbd"
        case fuseLoop = "fuse"
        /// None: only NBD clients use the volume.
        case none
    }

    package struct Options: Hashable, Sendable {
        package var volume: VolumeDefinition
        package var node: NodeName
        package var runDirectory: String
        /// Holds the volumes' stable device names.
        package var deviceDirectory: String
        package var frontEnd: FrontEndKind
        package var logLevel: LogLevel

        package init(
            volume: VolumeDefinition, node: NodeName, runDirectory: String = "/run/bascule",
            deviceDirectory: String = "/dev/bascule", frontEnd: FrontEndKind = .automatic, logLevel: LogLevel = .info
        ) {
            self.volume = volume
            self.node = node
            self.runDirectory = runDirectory
            self.deviceDirectory = deviceDirectory
            self.frontEnd = frontEnd
            self.logLevel = logLevel
        }
    }

    /// The end of a process whose owner wants the whole node stopped because its disk failed (`on-io-error panic`).
    package static let panicExitCode: Int32 = 86

    /// Runs until SIGTERM, SIGINT or a `shutdown` call; the exit code comes back. Call it before any thread is made.
    ///
    /// - Throws: what keeps the process from starting: its addresses, its sockets, io_uring. A disk that cannot be used
    ///   does not: the engine goes on without it and says so.
    package static func run(_ options: Options) throws(VolumeStartError) -> Int32 {
        ProcessSetup.ignoreBrokenPipes()
        // A bitmap has 32 MiB for each TiB, and as much travels to the disk now and then.
        clinux_return_large_blocks()
        let logger = Logger(threshold: options.logLevel)
        do {
            let loop = try EventLoop()
            let service = try VolumeService(options, loop: loop) { logger.log(LogLevel($0.level), $0.text) }
            let signals = try SignalWatch([.terminate, .interrupt], on: loop) { [weak service] signal in
                logger.info("ending after signal \(signal)")
                service?.stop()
            }
            service.onEnd = { [weak loop] in loop?.stop() }
            service.start()
            try loop.run()
            signals.cancel()
            return service.exitCode
        } catch let error as VolumeStartError {
            throw error
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            preconditionFailure("the volume's process throws what it did not say: \(error)")
        }
    }
}
