import ClusterModel
import LinuxIO
import NodeCore
import Testing

@testable import NodeRuntime

/// A link in the test's hand.
private final class HandLink: HeartbeatLink {
    let name: LinkName
    let place = "in the test"
    var counters = LinkCounters()
    var sent: [[UInt8]] = []
    let handler: (LinkEvent) -> Void

    init(_ name: LinkName, _ handler: @escaping (LinkEvent) -> Void) {
        self.name = name
        self.handler = handler
    }

    func open() {}
    func send(_ beat: [UInt8]) { sent.append(beat) }
    func close() {}
}

private final class Board {
    let loop: EventLoop
    let board: LinkBoard
    var events: [NodeEvent] = []
    var links: [HandLink] = []

    init() throws {
        loop = try EventLoop()
        var heard: (NodeEvent) -> Void = { _ in }
        board = LinkBoard(
            node: "serv-a", envelope: try Sample.envelope(), on: loop, logger: Logger(threshold: .error),
            post: { heard($0) })
        heard = { [unowned self] in events.append($0) }
        for name in ["lan", "direct"] as [LinkName] {
            board.add { handler in
                let link = HandLink(name, handler)
                links.append(link)
                return link
            }
        }
    }
}

@Suite struct LinkBoardTests {
    @Test func aBeatIsSealedOnceAndLeavesOnEveryLink() throws {
        let board = try Board()
        board.board.send(Sample.beat(from: "serv-a"))
        #expect(board.links[0].sent.count == 1)
        #expect(board.links[0].sent == board.links[1].sent)
        #expect(try Sample.envelope().open(board.links[0].sent[0]) == .beat(Sample.beat(from: "serv-a")))
    }

    @Test func thePeersBeatArrivesWithTheLinkItCameOn() throws {
        let board = try Board()
        board.links[1].handler(.received(try Sample.envelope().close(Sample.beat())))
        #expect(board.events == [.heartbeatReceived(Sample.beat(), on: "direct")])
    }

    @Test func ourOwnBroadcastThatComesBackIsNoNewsAndNoTrouble() throws {
        let board = try Board()
        let own = Sample.beat(from: "serv-a")
        board.board.send(own)
        board.links[0].handler(.received(board.links[0].sent[0]))
        #expect(board.events == [])
        #expect(board.links[0].counters == LinkCounters())
    }

    @Test func anotherMachineWithOurNameIsTheBrainsMatter() throws {
        let board = try Board()
        board.board.send(Sample.beat(from: "serv-a", boot: 2))
        let double = Sample.beat(from: "serv-a", boot: 9)
        board.links[0].handler(.received(try Sample.envelope().close(double)))
        #expect(board.events == [.heartbeatReceived(double, on: "lan")])
    }

    @Test func whatIsNoBeatOfOursIsCountedByItsKindAndNotPassedOn() throws {
        let board = try Board()
        let handler = board.links[0].handler
        handler(.received([1, 2, 3]))
        handler(.received(try Sample.envelope(key: 9).close(Sample.beat())))
        handler(.received(try Sample.envelope(key: 9).close(Sample.beat())))
        handler(.received(try Sample.envelope(cluster: "other").close(Sample.beat(cluster: "other"))))
        #expect(board.events == [])
        let counters = board.board.facts(of: "lan")?.counters
        #expect(counters?.garbled == 1)
        #expect(counters?.badlySigned == 2)
        #expect(counters?.foreign == 1)
        #expect(board.board.facts(of: "direct")?.counters == LinkCounters())
    }

    @Test func theStateOfAWayBecomesAnEventOfItsLink() throws {
        let board = try Board()
        board.links[0].handler(.failed(reason: "gone"))
        board.links[0].handler(.restored)
        board.links[1].handler(.carrierChanged(isUp: true))
        #expect(
            board.events == [
                .linkFailed("lan", reason: "gone"), .linkRestored("lan"), .carrierChanged("direct", isUp: true),
            ])
    }
}

@Suite struct CarrierWordTests {
    @Test(
        arguments: [
            ([false, false], []), ([true, true, false, false, true], [true, false, true]), ([nil, true, nil], [true]),
            ([nil, false, true, false], [true, false]),
        ] as [([Bool?], [Bool])])
    func aSignalThatWasNeverSeenHasNotFallen(readings: [Bool?], said: [Bool]) {
        var word = CarrierWord()
        #expect(readings.filter { word.isNews($0) } == said.map(Optional.some))
    }
}
