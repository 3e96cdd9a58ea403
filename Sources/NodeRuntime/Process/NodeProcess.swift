import ClusterModel
import Configuration
import Glibc
import LinuxIO
import NodeCore
import SystemManager

/// `bascule run`: the cluster process of one node.
package enum NodeProcess {
    /// What the command line says.
    package struct Options: Sendable {
        package var configurationPath = ConfigurationFile.standardPath
        /// nil: this machine's own name (`uname -n`).
        package var node: String?
        package var runDirectory = "/run/bascule"
        package var stateDirectory = "/var/lib/bascule"
        /// Shown in the status.
        package var version = ""

        package init() {}
    }

    /// sysexits(3): the configuration is wrong; starting again does not help.
    package static let configurationError: Int32 = 78
    /// The machine does not let us run.
    package static let failure: Int32 = 71

    /// Runs until the node has left in order.
    ///
    /// - Returns: the exit code: 0 after an orderly end, 78 for a configuration that cannot be used, 71 where the machine
    ///   lacks something.
    package static func run(_ options: Options = Options()) -> Int32 {
        ProcessSetup.ignoreBrokenPipes()
        StandardError.neverWait()
        let logger = Logger()
        let settings: NodeSettings
        do throws(StartProblem) {
            settings = try StartCheck.settings(options, logger: logger)
        } catch {
            for line in error.lines { logger.error(line) }
            return configurationError
        }
        do {
            try run(settings, logger: logger)
            return 0
        } catch {
            logger.error("\(error)")
            return failure
        }
    }

    private static func run(_ settings: NodeSettings, logger: Logger) throws {
        try makeFolders(settings)
        let lock = try InstanceLock(folder: settings.runDirectory)
        let boot = try BootIdentity.read()
        let stored = read(StateFile(path: settings.stateDirectory + "/state"), logger: logger)
        let warnings = RealTime.take(logger: logger)
        let loop = try EventLoop()
        let service = NodeService(
            settings, on: loop, logger: logger, notifier: ServiceNotifier(), warnings: warnings)
        logger.notice("\(settings.node) of cluster \(settings.definition.name) starts")
        try service.begin(stored, boot: boot)
        try loop.run()
        service.end()
        logger.notice("\(settings.node) has ended in order")
        _ = consume lock
    }

    private static func makeFolders(_ settings: NodeSettings) throws(SystemError) {
        for folder in [settings.runDirectory, settings.stateDirectory]
        where mkdir(folder, 0o755) == -1 && errno != EEXIST {
            throw SystemError(errno: errno, operation: "make the folder", subject: folder)
        }
    }

    private static func read(_ file: StateFile, logger: Logger) -> StoredState {
        do throws(StateFile.Unreadable) {
            return try file.read()
        } catch {
            logger.warning("\(error)")
            return StoredState()
        }
    }
}
