import ClusterModel
import Control
import LinuxIO
import NodeCore

/// What the subcommands may ask of this node, and how it is answered.
final class ControlDesk {
    private let definition: ClusterDefinition
    private let loop: EventLoop
    private let volumes: VolumeBoard
    private let document: () -> NodeStatusDocument
    private let post: (NodeEvent) -> Void
    private var lastRequest: UInt64 = 0
    private var open: [RequestID: ControlSession] = [:]
    private var leaving: [ControlSession] = []

    /// An engine that does not answer by then is shown as it was last seen.
    private static let statusPatience = Duration.milliseconds(300)
    private static let shortestWatch: UInt32 = 100

    /// - Parameter document: makes the status of the moment.
    init(
        _ definition: ClusterDefinition, volumes: VolumeBoard, on loop: EventLoop,
        document: @escaping () -> NodeStatusDocument, post: @escaping (NodeEvent) -> Void
    ) {
        self.definition = definition
        self.volumes = volumes
        self.loop = loop
        self.document = document
        self.post = post
    }

    func answer(_ request: ControlRequest, to session: ControlSession) {
        switch request {
        case .status: tellStatus { [document] in session.end(.nodeStatus(document())) }
        case .watch(let milliseconds):
            watch(every: .milliseconds(Int64(max(milliseconds, Self.shortestWatch))), session)
        case .standby(let groups): ask(session, about: groups) { .standby($0) }
        case .takeover(let groups): ask(session, about: groups) { .takeover($0, force: false) }
        case .forcedTakeover(let groups): ask(session, about: groups) { .takeover($0, force: true) }
        case .clear(let groups): ask(session, about: groups) { .clear($0) }
        case .failback(let groups): ask(session, about: groups) { .failback($0) }
        case .explain(let change):
            session.end(.outcome(.refused(sentence: "what would happen at \"\(change.prefix(80))\" is not known yet")))
        case .shutdown: shutDown(session)
        case .volume(let name, let request): answer(request, about: name, to: session)
        }
    }

    // MARK: Status

    private func tellStatus(_ tell: @escaping () -> Void) {
        volumes.refreshDocuments(within: Self.statusPatience, then: tell)
    }

    private func watch(every interval: Duration, _ session: ControlSession) {
        guard session.isOpen else { return }
        // Whoever does not read misses some.
        if !session.isCongested {
            tellStatus { [document] in if session.isOpen { session.send(.nodeStatus(document())) } }
        }
        loop.schedule(after: interval) { [weak self, weak session] in
            if let self, let session { self.watch(every: interval, session) }
        }
    }

    // MARK: Requests to the brain

    private func ask(
        _ session: ControlSession, about groups: GroupSelection, _ request: (GroupName?) -> OperatorRequest
    ) {
        switch groups {
        case .all: ask(session, request(nil))
        case .one(let name) where definition.group(name) == nil: session.end(.error(.unknownName(name.text)))
        case .one(let name): ask(session, request(name))
        }
    }

    private func ask(_ session: ControlSession, _ request: OperatorRequest) {
        lastRequest += 1
        let id = RequestID(lastRequest)
        open[id] = session
        post(.operatorRequested(id, request))
    }

    /// The brain's answer. Nobody may be waiting for it any more; what was asked for is done all the same.
    func reply(_ id: RequestID, _ outcome: OperatorOutcome) {
        open.removeValue(forKey: id)?.end(.outcome(ControlOutcome(outcome)))
    }

    /// Something happened: whoever waits for an outcome wants to know.
    func tellProgress(_ line: String) {
        for session in open.sorted(by: { $0.key.number < $1.key.number }).map(\.value) + leaving {
            session.progress(line)
        }
    }

    private func shutDown(_ session: ControlSession) {
        leaving.append(session)
        post(.shutdownRequested)
    }

    /// Everything is released: the last thing that is said.
    func sayGoodbye(_ sentence: String) {
        for session in leaving { session.end(.outcome(.ok(sentence: sentence))) }
        leaving = []
        for id in Array(open.keys) { reply(id, .failed([sentence])) }
    }

    // MARK: Volumes

    private func answer(_ request: VolumeRequest, about name: VolumeName, to session: ControlSession) {
        guard let client = volumes.client(name) else { return session.end(.error(.unknownName(name.text))) }
        switch request {
        case .status:
            client.askStatus { document in
                session.end(
                    document.map(ControlResponse.volumeStatus)
                        ?? .error(.unavailable(detail: VolumeClient.absent(name))))
            }
        case .follow: session.end(.error(.notForThisDaemon))
        case .order(.declareUpToDate): ask(session, .firstSync(name))
        case .order(.promote), .order(.demote):
            session.end(
                .outcome(
                    .refused(
                        sentence: "which node is primary follows from who serves: \"bascule takeover\" or \"standby\""))
            )
        case .order(let order):
            client.order(order) { session.end(.outcome(ControlOutcome($0, done: "volume \(name): done"))) }
        case .shutdown: client.askShutdown { session.end(.outcome($0)) }
        }
    }
}

extension ControlOutcome {
    init(_ outcome: OperatorOutcome) {
        self =
            switch outcome {
            case .done(let sentences): .ok(sentence: sentences.joined(separator: "; "))
            case .refused(let sentences): .refused(sentence: sentences.joined(separator: "; "))
            case .failed(let sentences): .failed(sentence: sentences.joined(separator: "; "))
            }
    }
}
