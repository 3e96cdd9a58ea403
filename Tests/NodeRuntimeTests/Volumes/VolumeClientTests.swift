import ClusterModel
import Control
import LinuxIO
import NodeCore
import Testing

@testable import NodeRuntime

private final class Stage {
    let scratch: ScratchFolder
    let loop: EventLoop
    let client: VolumeClient
    var engine: FakeEngine?
    var reports: [VolumeReport?] = []
    var results: [VolumeOrderResult] = []

    init() throws {
        scratch = try ScratchFolder()
        loop = try EventLoop()
        var heard: (VolumeReport?) -> Void = { _ in }
        client = VolumeClient("data", socket: scratch.path("control.sock"), on: loop, onReport: { heard($0) })
        heard = { [unowned self] in reports.append($0) }
        client.connect()
    }

    func startEngine() throws {
        engine = try FakeEngine(path: scratch.path("control.sock"), on: loop)
        let known = reports.count
        try loop.run(until: { reports.count > known }, within: .seconds(2))
    }

    func order(_ order: VolumeOrder, within limit: Duration = .seconds(2)) throws -> VolumeOrderResult? {
        results = []
        client.order(order) { [unowned self] in results.append($0) }
        try loop.run(until: { !results.isEmpty }, within: limit)
        #expect(results.count <= 1)
        return results.first
    }

    /// The calls after the subscription.
    var calls: [VolumeEngineRequest] { Array((engine?.calls ?? []).dropFirst()) }
}

@Suite struct VolumeClientTests {
    @Test func anEngineThatAppearsIsFoundAndReports() throws {
        let stage = try Stage()
        try stage.loop.run(until: { false }, within: .milliseconds(150))
        #expect(stage.reports == [])
        try stage.startEngine()
        #expect(stage.reports == [VolumeReport(copy: .upToDate)])
        stage.engine?.tell(VolumeReport(isPrimary: true, copy: .upToDate))
        try stage.loop.run(until: { stage.reports.count == 2 }, within: .seconds(2))
        #expect(stage.reports.last == VolumeReport(isPrimary: true, copy: .upToDate))
    }

    @Test func anEngineThatDiesIsReportedGoneOnceAndFoundAgain() throws {
        let stage = try Stage()
        try stage.startEngine()
        stage.engine?.die()
        try stage.loop.run(until: { stage.reports.count == 2 }, within: .seconds(2))
        try stage.loop.run(until: { false }, within: .milliseconds(250))
        #expect(stage.reports == [VolumeReport(copy: .upToDate), nil])
        try stage.startEngine()
        #expect(stage.reports.count == 3)
    }

    @Test func promotingIsPromotingAndThenAttaching() throws {
        let stage = try Stage()
        try stage.startEngine()
        #expect(try stage.order(.promote(.ordinary)) == .done)
        #expect(stage.calls == [.order(.promote(.ordinary)), .attach])
    }

    @Test func promotingIsDoneOnlyWhenTheDeviceIsThere() throws {
        let stage = try Stage()
        try stage.startEngine()
        let device = stage.scratch.path("device")
        stage.engine?.answer = { $0 == .attach ? .attached(device: device) : .orderEnded(.done) }
        #expect(try stage.order(.promote(.force), within: .milliseconds(200)) == nil)
        try stage.scratch.write("device", "")
        try stage.loop.run(until: { !stage.results.isEmpty }, within: .seconds(2))
        #expect(stage.results == [.done])
    }

    @Test func demotingIsDetachingAndThenDemoting() throws {
        let stage = try Stage()
        try stage.startEngine()
        #expect(try stage.order(.demote) == .done)
        #expect(stage.calls == [.detach, .order(.demote)])
    }

    @Test(
        arguments: [
            .outdate, .connect, .connectDiscardingMyData, .disconnect, .invalidate, .resumePeerDead,
            .resumePeerOutdated,
            .abandonFrozenWrites, .pauseResync, .resumeResync, .declareUpToDate,
        ] as [VolumeOrder])
    func everyOtherOrderPassesThrough(order: VolumeOrder) throws {
        let stage = try Stage()
        try stage.startEngine()
        #expect(try stage.order(order) == .done)
        #expect(stage.calls == [.order(order)])
    }

    @Test func aRefusalKeepsItsReasonAndStopsTheSteps() throws {
        let stage = try Stage()
        try stage.startEngine()
        stage.engine?.answer = { _ in .orderEnded(.refused("the copy is outdated")) }
        #expect(try stage.order(.promote(.ordinary)) == .refused("the copy is outdated"))
        #expect(stage.calls == [.order(.promote(.ordinary))])
        stage.engine?.answer = { _ in .failed("the device is open") }
        #expect(try stage.order(.demote) == .refused("the device is open"))
        #expect(stage.calls.last == .detach)
    }

    @Test func withoutAnEngineEveryOrderIsRefused() throws {
        let stage = try Stage()
        guard case .refused(let reason) = try stage.order(.demote) else {
            Issue.record("an order without an engine succeeded")
            return
        }
        #expect(reason.contains("not running"))
    }

    @Test func anEngineThatDiesUnderAnOrderRefusesIt() throws {
        let stage = try Stage()
        try stage.startEngine()
        stage.engine?.answer = { _ in nil }
        #expect(try stage.order(.promote(.ordinary), within: .milliseconds(100)) == nil)
        stage.engine?.die()
        try stage.loop.run(until: { !stage.results.isEmpty }, within: .seconds(2))
        guard case .refused(let reason) = stage.results.first else {
            Issue.record("\(stage.results)")
            return
        }
        #expect(reason.contains("went away"))
        #expect(stage.reports.last == .some(nil))
    }

    @Test func anAnswerOfTheWrongKindIsARefusal() throws {
        let stage = try Stage()
        try stage.startEngine()
        stage.engine?.answer = { _ in .attached(device: "/dev/null") }
        guard case .refused = try stage.order(.outdate) else {
            Issue.record("an attachment was taken for the end of an order")
            return
        }
    }

    @Test func bytesThatAreNoAnswerEndTheConnectionAndNothingElse() throws {
        let stage = try Stage()
        try stage.startEngine()
        stage.engine?.sendRaw([0, 0, 0, 2, 0x7b, 0x7d])
        try stage.loop.run(until: { stage.reports.count >= 3 }, within: .seconds(2))
        #expect(stage.reports.count >= 3, "gone, then found again")
        #expect(stage.reports[1] == nil)
    }

    @Test func theStatusIsAskedForAndKept() throws {
        let stage = try Stage()
        try stage.startEngine()
        let document = VolumeStatusDocument(
            name: "data", role: .primary, peerRole: .secondary, connection: .connected, disk: .upToDate,
            peerDisk: .upToDate)
        stage.engine?.answer = { $0 == .status ? .status(document) : nil }
        var answer: VolumeStatusDocument?
        stage.client.askStatus { answer = $0 }
        try stage.loop.run(until: { answer != nil }, within: .seconds(2))
        #expect(answer == document)
        #expect(stage.client.document == document)
    }
}

@Suite struct VolumeBoardTests {
    @Test func anEngineThatDoesNotAnswerDoesNotHoldUpTheStatus() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        _ = scratch.folder("volumes")
        _ = scratch.folder("volumes/data")
        let engine = try FakeEngine(path: scratch.path("volumes/data/control.sock"), on: loop)
        engine.answer = { _ in nil }
        let definition = VolumeDefinition(name: "data", disk: .both("/dev/null"), address: [:])
        var events: [NodeEvent] = []
        let board = VolumeBoard([definition], runDirectory: scratch.path, on: loop) { events.append($0) }
        board.connect()
        try loop.run(until: { !events.isEmpty }, within: .seconds(2))
        #expect(events == [.volumeReported("data", VolumeReport(copy: .upToDate))])
        var isDone = false
        let began = loop.now
        board.refreshDocuments(within: .milliseconds(100)) { isDone = true }
        try loop.run(until: { isDone }, within: .seconds(2))
        #expect(isDone && loop.now - began < .seconds(1))
        board.order(OrderID(4), "data", .connect)
        engine.die()
        try loop.run(until: { events.count == 3 }, within: .seconds(2))
        #expect(events.contains(.volumeReported("data", nil)))
        guard case .volumeOrderCompleted(OrderID(4), .refused) = events[1] else {
            Issue.record("\(events)")
            return
        }
    }
}
