import ClusterModel
import Replication
import Testing

@testable import VolumeRuntime

@Suite struct ConnectProcedureTests {
    @Test func whoeverAcceptedTheDataSocketDialsTheMetaSocketAtOnce() {
        var procedure = ConnectProcedure(keepsOwnWhenCrossed: false, seed: 1)
        #expect(procedure.handle(.started) == [.dial])
        let failed = procedure.handle(.dialFailed)
        #expect(failed.count == 1)
        #expect(procedure.handle(.introduced(1, as: .data)) == [.dial])
        #expect(
            procedure.handle(.dialed(2)) == [
                .introduce(2, as: .meta), .established(data: 1, meta: 2, tieBreak: false),
            ])
    }

    @Test func theNodeThatAcceptedTheMetaSocketHasTheTieBreak() {
        var procedure = ConnectProcedure(keepsOwnWhenCrossed: false, seed: 1)
        _ = procedure.handle(.started)
        #expect(procedure.handle(.dialed(1)).first == .introduce(1, as: .data))
        #expect(procedure.handle(.introduced(2, as: .meta)) == [.established(data: 1, meta: 2, tieBreak: true)])
    }

    @Test func crossedDataSocketsLeaveOne() {
        var low = ConnectProcedure(keepsOwnWhenCrossed: true, seed: 1)
        var high = ConnectProcedure(keepsOwnWhenCrossed: false, seed: 2)
        _ = low.handle(.started)
        _ = high.handle(.started)
        _ = low.handle(.dialed(1))
        _ = high.handle(.dialed(2))
        #expect(low.handle(.introduced(20, as: .data)) == [.close(20)])
        #expect(high.handle(.introduced(10, as: .data)) == [.close(2), .dial])
    }

    @Test func aPeerThatOnlyAcceptsGetsBothSockets() {
        var procedure = ConnectProcedure(keepsOwnWhenCrossed: false, seed: 1)
        _ = procedure.handle(.started)
        _ = procedure.handle(.dialed(1))
        #expect(procedure.handle(.waited) == [.dial])
        #expect(
            procedure.handle(.dialed(2)) == [
                .introduce(2, as: .meta), .established(data: 1, meta: 2, tieBreak: false),
            ])
    }

    @Test func aSocketToAPeerThatNoLongerAnswersDoesNotWinAgainstItsNext() {
        var procedure = ConnectProcedure(keepsOwnWhenCrossed: true, seed: 1)
        _ = procedure.handle(.started)
        _ = procedure.handle(.dialed(1))
        _ = procedure.handle(.waited)
        #expect(procedure.handle(.dialFailed).first == .close(1))
        #expect(procedure.handle(.introduced(2, as: .data)) == [.dial])
    }

    @Test func afterTheEndEverythingThatStillArrivesIsClosed() {
        var procedure = ConnectProcedure(keepsOwnWhenCrossed: false, seed: 1)
        _ = procedure.handle(.started)
        _ = procedure.handle(.dialed(1))
        _ = procedure.handle(.introduced(2, as: .meta))
        #expect(procedure.handle(.introduced(3, as: .data)) == [.close(3)])
        #expect(procedure.handle(.dialed(4)) == [.close(4)])
        #expect(procedure.handle(.waited).isEmpty)
    }

    /// Both run it over a network that delays and refuses at random: they end with the two ends of the same two
    /// sockets, and with the tie-break on exactly one side.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func twoNodesAlwaysAgree(seed: UInt64) throws {
        var world = ConnectWorld(seed: seed)
        let outcome = world.run()
        let ends = try #require(outcome, "no agreement within 60 virtual seconds")
        #expect(ends[0].data == ends[1].data)
        #expect(ends[0].meta == ends[1].meta)
        #expect(ends[0].tieBreak != ends[1].tieBreak)
    }
}
