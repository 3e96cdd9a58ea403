import ClusterModel
import Control
import Glibc
import LinuxIO
import NodeCore
import Testing

@testable import NodeRuntime

/// A control socket with a desk behind it, and the test as the brain.
private final class Office {
    let scratch: ScratchFolder
    let loop: EventLoop
    let volumes: VolumeBoard
    let desk: ControlDesk
    let server: ControlServer
    var events: [NodeEvent] = []

    init() throws {
        scratch = try ScratchFolder()
        loop = try EventLoop()
        let definition = Sample.definition(
            groups: [GroupDefinition(name: "web", preferred: "serv-a", resources: [])],
            volumes: [VolumeDefinition(name: "data", disk: .both("/dev/null"), address: [:])])
        var heard: (NodeEvent) -> Void = { _ in }
        _ = scratch.folder("volumes")
        _ = scratch.folder("volumes/data")
        volumes = VolumeBoard(definition.volumes, runDirectory: scratch.path, on: loop, post: { heard($0) })
        let desk = ControlDesk(
            definition, volumes: volumes, on: loop,
            document: { NodeStatusDocument(cluster: "test", node: "serv-a") }, post: { heard($0) })
        self.desk = desk
        server = try ControlServer(path: scratch.path("control.sock"), on: loop) { desk.answer($0, to: $1) }
        heard = { [unowned self] in events.append($0) }
    }

    func caller() throws -> Caller { try Caller(path: scratch.path("control.sock"), on: loop) }

    func turn(_ duration: Duration = .milliseconds(50)) throws { try loop.run(until: { false }, within: duration) }
}

@Suite struct ControlServerTests {
    @Test func onlyItsOwnerReachesTheSocket() throws {
        let office = try Office()
        var facts = stat()
        #expect(stat(office.scratch.path("control.sock"), &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
    }

    @Test func theStatusIsOneAnswer() throws {
        let office = try Office()
        let answers = try office.caller().ask(.status)
        #expect(answers == [.nodeStatus(NodeStatusDocument(cluster: "test", node: "serv-a"))])
    }

    @Test func severalQuestionsOnOneConnectionAreAnsweredInTheirOrder() throws {
        let office = try Office()
        let caller = try office.caller()
        try caller.send(.explain(change: "unplug eth1"))
        try caller.send(.status)
        try caller.send(.takeover(groups: .one("nobody")))
        try office.loop.run(until: { caller.responses.count == 3 }, within: .seconds(2))
        #expect(caller.responses.count == 3)
        guard case .outcome(.refused) = caller.responses[0], case .nodeStatus = caller.responses[1] else {
            Issue.record("\(caller.responses)")
            return
        }
        #expect(caller.responses[2] == .error(.unknownName("nobody")))
    }

    @Test(
        arguments: [
            (.standby(groups: .all), .standby(nil)), (.standby(groups: .one("web")), .standby("web")),
            (.takeover(groups: .one("web")), .takeover("web", force: false)), (.failback(groups: .all), .failback(nil)),
            (.forcedTakeover(groups: .one("web")), .takeover("web", force: true)),
            (.clear(groups: .all), .clear(nil)), (.clear(groups: .one("web")), .clear("web")),
            (.volume("data", .order(.declareUpToDate)), .firstSync("data")),
        ] as [(ControlRequest, OperatorRequest)])
    func whatAPersonAsksForGoesToTheBrainAndItsAnswerComesBack(request: ControlRequest, asked: OperatorRequest) throws {
        let office = try Office()
        let caller = try office.caller()
        try caller.send(request)
        try office.loop.run(until: { !office.events.isEmpty }, within: .seconds(2))
        guard case .operatorRequested(let id, asked) = office.events.first else {
            Issue.record("\(office.events)")
            return
        }
        office.desk.tellProgress("web stops")
        office.desk.reply(id, .failed(["web could not be stopped", "it stays"]))
        try office.loop.run(until: { caller.responses.count == 2 }, within: .seconds(2))
        guard case .progress(let progress) = caller.responses[0] else {
            Issue.record("\(caller.responses)")
            return
        }
        #expect(progress.sentence == "web stops")
        #expect(caller.responses[1] == .outcome(.failed(sentence: "web could not be stopped; it stays")))
        office.desk.tellProgress("later")
        try office.turn()
        #expect(caller.responses.count == 2, "who has an outcome hears no more")
    }

    @Test func aPersonWhoHangsUpDoesNotStopWhatWasBegun() throws {
        let office = try Office()
        let caller = try office.caller()
        try caller.send(.standby(groups: .all))
        try office.loop.run(until: { !office.events.isEmpty }, within: .seconds(2))
        caller.hangUp()
        try office.turn()
        guard case .operatorRequested(let id, _) = office.events.first else { return }
        office.desk.tellProgress("still going")
        office.desk.reply(id, .done(["reached"]))
        try office.turn()
        let answers = try office.caller().ask(.status)
        #expect(answers.count == 1)
    }

    @Test func aWatcherGetsDocumentsUntilItHangsUp() throws {
        let office = try Office()
        let caller = try office.caller()
        try caller.send(.watch(intervalMilliseconds: 1))
        try office.loop.run(until: { caller.responses.count >= 3 }, within: .seconds(2))
        #expect(caller.responses.count >= 3)
        caller.hangUp()
        try office.turn(.milliseconds(300))
    }

    @Test func bytesThatAreNoRequestAreAnsweredWithAnError() throws {
        let office = try Office()
        let caller = try office.caller()
        caller.sendRaw(ControlFramer.frame(Array("{}".utf8)))
        try office.loop.run(until: { !caller.responses.isEmpty }, within: .seconds(2))
        guard case .error(.malformed) = caller.responses.first else {
            Issue.record("\(caller.responses)")
            return
        }
        // The stream is still in step.
        #expect(try caller.ask(.status).count == 1)
    }

    @Test func aMessageTooLongForAnyRequestEndsTheConversation() throws {
        let office = try Office()
        let caller = try office.caller()
        caller.sendRaw([0xff, 0xff, 0xff, 0xff])
        try office.loop.run(until: { caller.isClosed }, within: .seconds(2))
        #expect(caller.isClosed)
        #expect(caller.responses.count == 1)
    }

    @Test func randomBytesHarmNobody() throws {
        let office = try Office()
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<50 {
            let caller = try office.caller()
            caller.sendRaw((0..<200).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            try office.turn(.milliseconds(2))
            caller.hangUp()
        }
        try office.turn()
        #expect(try office.caller().ask(.status).count == 1)
    }

    @Test func moreClientsThanThereIsRoomForAreToldSo() throws {
        let office = try Office()
        var callers: [Caller] = []
        for _ in 0..<33 { callers.append(try office.caller()) }
        try office.loop.run(until: { callers[32].isClosed }, within: .seconds(2))
        guard case .error(.unavailable) = callers[32].responses.first else {
            Issue.record("\(callers[32].responses)")
            return
        }
        callers[0].hangUp()
        try office.turn()
        #expect(try office.caller().ask(.status).count == 1)
    }

    @Test func shuttingDownIsAnsweredWhenEverythingIsReleased() throws {
        let office = try Office()
        let caller = try office.caller()
        try caller.send(.shutdown)
        try office.loop.run(until: { !office.events.isEmpty }, within: .seconds(2))
        #expect(office.events == [.shutdownRequested])
        try office.turn()
        #expect(caller.responses == [])
        office.desk.sayGoodbye("serv-a ends")
        try office.loop.run(until: { !caller.responses.isEmpty }, within: .seconds(2))
        #expect(caller.responses == [.outcome(.ok(sentence: "serv-a ends"))])
    }

    @Test func aVolumesStatusAndOrdersGoThroughToItsEngine() throws {
        let office = try Office()
        let caller = try office.caller()
        guard case .error(.unavailable) = try caller.ask(.volume("data", .status)).first else {
            Issue.record("a status without an engine: \(caller.responses)")
            return
        }
        let engine = try FakeEngine(path: office.scratch.path("volumes/data/control.sock"), on: office.loop)
        let document = VolumeStatusDocument(
            name: "data", role: .secondary, peerRole: .unknown, connection: .wfConnection, disk: .consistent,
            peerDisk: .unknown)
        engine.answer = { request in
            switch request {
            case .status: .status(document)
            case .order(.connect): .orderEnded(.refused("it is connected already"))
            default: nil
            }
        }
        office.volumes.connect()
        try office.loop.run(until: { !office.events.isEmpty }, within: .seconds(2))
        #expect(try caller.ask(.volume("data", .status)) == [.volumeStatus(document)])
        #expect(
            try caller.ask(.volume("data", .order(.connect)))
                == [.outcome(.refused(sentence: "it is connected already"))])
        guard case .outcome(.refused) = try caller.ask(.volume("data", .order(.promote(.force)))).first else {
            Issue.record("a person promoted past the cluster")
            return
        }
        #expect(try caller.ask(.volume("nothing", .status)) == [.error(.unknownName("nothing"))])
        #expect(!engine.calls.contains(.order(.promote(.force))))
    }
}
