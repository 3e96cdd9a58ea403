import ClusterModel
import NodeCore
import Ownership
import Testing

/// The paper's §3.5 and §4.3, with the real brains in a toy world.
struct PaperStoryTests {
    @Test func bothComeUpSeeEachOtherAndThePreferredNodeServes() {
        let world = Toy.bothUp(Toy.plain())
        #expect(world.serves(0, Toy.web))
        #expect(!world.serves(1, Toy.web))
        #expect(world.machines[0].log.contains("link lan up"))
        #expect(world.machines[0].log.contains("link null-modem up"))
        #expect(world.status(1)?.groups.first?.owner == Toy.a)
        #expect(world.violations == [])
    }

    @Test func thePlugIsPulledAndTheOtherTakesOverWithoutExtraWaits() throws {
        var world = Toy.bothUp(Toy.replicated())
        #expect(world.serves(0, Toy.web))
        world.pullPlug(0)
        let time = world.run(atMost: .seconds(10)) { $0.serves(1, Toy.web) }
        let taken = try #require(time)
        // Deadtime from the last beat, one store at most, four steps of 20 ms at most.
        #expect(taken <= .milliseconds(600), "\(taken)\n\(world.story.joined(separator: "\n"))")
        world.run(for: .seconds(3))
        #expect(world.status(1)?.groups.first?.decision?.rule == .r3)
        #expect(world.violations == [])
        #expect(world.acknowledged[Toy.data]?.isEmpty == false)
    }

    @Test func theLostNodeReturnsAndGetsItsGroupBackAfterTheResync() {
        var timing = Toy.fast
        timing.autoFailback = .on
        var world = Toy.bothUp(Toy.replicated(timing: timing))
        world.pullPlug(0)
        world.run(for: .seconds(3))
        #expect(world.serves(1, Toy.web))
        world.powerOn(0)
        let time = world.run(atMost: .seconds(20)) { $0.serves(0, Toy.web) && !$0.serves(1, Toy.web) }
        #expect(time != nil, "\(world.story.joined(separator: "\n"))")
        world.run(for: .seconds(3))
        #expect(world.machines[0].engines[Toy.data]?.disk.data == world.machines[1].engines[Toy.data]?.disk.data)
        #expect(world.violations == [])
    }

    @Test func standbyMovesItOnPurposeAndItStaysThereInSpiteOfAutoFailback() throws {
        var timing = Toy.fast
        timing.autoFailback = .on
        var world = Toy.bothUp(Toy.replicated(timing: timing))
        let request = world.ask(0, .standby(nil))
        let time = world.run(atMost: .seconds(5)) { $0.serves(1, Toy.web) }
        #expect(try #require(time) <= .milliseconds(250))
        world.run(for: .seconds(10))
        #expect(world.replies[request] == .done(["serv-b serves web"]))
        #expect(world.serves(1, Toy.web) && !world.serves(0, Toy.web))
        let back = world.ask(1, .failback(nil))
        world.run(for: .seconds(2))
        #expect(world.replies[back] == .done(["serv-a serves web"]))
        #expect(world.violations == [])
    }
}
