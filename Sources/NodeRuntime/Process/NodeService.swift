import ClusterModel
import Control
import LinuxIO
import NodeCore
import SystemManager

/// One running node: machinery, control socket, signals, and the word to the system manager.
final class NodeService {
    private let settings: NodeSettings
    private let loop: EventLoop
    private let narrator: Narrator
    private let notifier: ServiceNotifier
    private let reporter: StatusReporter
    private let began: Instant
    private let warnings: [String]
    private var machinery: NodeMachinery?
    private var server: ControlServer?
    private var signals: SignalWatch?
    private var status = ""

    private static let statusInterval = Duration.seconds(5)

    /// - Parameter warnings: what a person should know about how this process runs, for `bascule status`.
    init(_ settings: NodeSettings, on loop: EventLoop, logger: Logger, notifier: ServiceNotifier, warnings: [String]) {
        self.settings = settings
        self.loop = loop
        self.notifier = notifier
        self.warnings = warnings
        narrator = Narrator(logger)
        began = loop.now
        reporter = StatusReporter(
            definition: settings.definition, version: settings.version, configuration: "\(settings.configuration)")
    }

    /// Begins; the loop does the rest.
    func begin(_ stored: StoredState, boot: UInt64) throws {
        let machinery = try NodeMachinery(
            settings, on: loop, narrator: narrator, document: { [unowned self] in document() },
            onExit: { [unowned self] in loop.stop() })
        self.machinery = machinery
        server = try ControlServer(path: settings.runDirectory + "/control.sock", on: loop) { [desk = machinery.desk] in
            desk.answer($0, to: $1)
        }
        signals = try SignalWatch([.terminate, .interrupt, .hangUp], on: loop) { [unowned self] in take($0) }
        machinery.begin(stored, boot: boot)
        status = statusLine()
        notifier.ready(status: status)
        if let timeout = notifier.watchdogTimeout {
            loop.schedule(every: timeout / 3) { [notifier] in notifier.alive() }
        }
        if notifier.isSupervised { loop.schedule(every: Self.statusInterval) { [unowned self] in tellStatus() } }
    }

    /// After the loop has ended: the last answers have left.
    func end() {
        server?.close()
        machinery?.close()
        signals?.cancel()
    }

    private func take(_ signal: Signal) {
        switch signal {
        case .terminate, .interrupt:
            notifier.stopping(status: "hands over what runs here")
            machinery?.interpreter.post(.shutdownRequested)
        case .hangUp:
            narrator.say(.warning, "a changed configuration is taken up by a restart: \"systemctl restart bascule\"")
        case .kill, .user1, .user2, .childEnded: break
        }
    }

    private func tellStatus() {
        let line = statusLine()
        guard line != status else { return }
        status = line
        notifier.status(line)
    }

    private func statusLine() -> String {
        guard let machinery else { return "" }
        let status = machinery.interpreter.node.status(at: loop.now)
        return (status.groups.map { "\($0.name): \($0.sentence)" } + [status.peer.sentence]).joined(separator: "; ")
    }

    // MARK: Status

    private func document() -> NodeStatusDocument {
        guard let machinery else { preconditionFailure("asked for its status before it began") }
        let now = loop.now
        return reporter.document(
            machinery.interpreter.node.status(at: now),
            .init(
                uptime: now - began, link: machinery.links.facts(of:),
                sincePingAnswer: { name in machinery.pings.answered[name].map { now - $0 } },
                volume: { name in
                    let client = machinery.volumes.client(name)
                    return (client?.document, (client?.openQuestions ?? 0) > 0)
                }, watchdog: watchdogEntry(machinery.watchdog), warnings: warnings + machinery.resources.warnings))
    }

    private func watchdogEntry(_ keeper: WatchdogKeeper) -> WatchdogEntry? {
        settings.definition.watchdog.map { definition in
            let timeout = keeper.timeoutSeconds.map { Int64($0) * 1000 } ?? definition.timeout.milliseconds
            return WatchdogEntry(
                device: definition.device, isArmed: keeper.isArmed, timeoutMilliseconds: timeout,
                reason: keeper.trouble)
        }
    }
}
