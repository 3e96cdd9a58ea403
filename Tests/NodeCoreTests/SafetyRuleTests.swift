import ClusterModel
import NodeCore
import Ownership
import Testing

/// Rules R1 to R7, each as a scenario that a person could play with cables.
struct SafetyRuleTests {
    private let gateway = ["198.51.100.1"]

    // MARK: R1

    @Test func aloneAtBootWithoutProofItWaitsAndSaysForWhat() {
        var world = Toy.bothUp(Toy.replicated())
        world.pullPlug(1)
        world.run(for: .seconds(3))
        world.pullPlug(0)
        world.powerOn(1)
        world.run(for: .seconds(20))
        #expect(!world.serves(1, Toy.web))
        #expect(
            world.status(1)?.groups.first?.waitingFor
                == "volume data: serv-a, since no record here proves that this copy is current (R1)")
        let request = world.ask(1, .takeover(Toy.web, force: false))
        world.run(for: .seconds(1))
        guard case .refused = world.replies[request] else {
            Issue.record("taken without proof: \(String(describing: world.replies[request]))")
            return
        }
        let forced = world.ask(1, .takeover(Toy.web, force: true))
        world.run(for: .seconds(3))
        #expect(world.replies[forced] == .done(["serv-b serves web"]))
    }

    @Test func aloneAtBootAfterServingAloneItServes() {
        var world = Toy.bothUp(Toy.replicated())
        world.pullPlug(1)
        world.run(for: .seconds(3))
        world.pullPlug(0)
        world.powerOn(0)
        world.run(for: .seconds(6))
        #expect(world.serves(0, Toy.web))
        #expect(world.status(0)?.groups.first?.decision?.rule == .r1)
        #expect(world.violations == [])
    }

    @Test func theLastOneToStopInOrderMayStartAloneAndTheFirstMayNot() {
        var world = Toy.bothUp(Toy.replicated())
        world.shutDown(0)
        world.shutDown(1)
        world.run(for: .seconds(5))
        #expect(world.machines.allSatisfy { $0.node == nil })
        world.pullPlug(0)
        world.pullPlug(1)
        var other = world
        world.powerOn(0)
        other.powerOn(1)
        world.run(for: .seconds(10))
        other.run(for: .seconds(10))
        #expect(world.serves(0, Toy.web), "the first of the definition goes last: \(world.summary)")
        #expect(!other.serves(1, Toy.web))
    }

    @Test func groupsWithoutVolumesStartAloneWhenNobodyHoldsTheAddress() {
        var world = ToyWorld(Toy.plain())
        world.powerOn(1)
        world.run(for: .seconds(10))
        #expect(world.serves(1, Toy.web))
    }

    // MARK: R2

    @Test func lostReplicationFreezesUntilTheSerialLineBringsTheOutdatedWord() throws {
        var world = Toy.bothUp(Toy.replicated())
        world.cut("lan")
        world.isReplicationUp = false
        world.run(for: .seconds(3))
        let owner = try #require(world.machines[0].engines[Toy.data])
        #expect(owner.isPrimary && !owner.isFrozen)
        #expect(world.machines[1].engines[Toy.data]?.disk.copy == .outdated)
        #expect(world.status(0)?.decisions.contains { $0.rule == .r2 } == true)
        // Now the owner dies: the outdated copy must not serve.
        world.pullPlug(0)
        world.run(for: .seconds(10))
        #expect(!world.serves(1, Toy.web))
        #expect(world.violations == [])
    }

    @Test func aStandbyWithoutAnEngineGivesItsCopyUpInItsRecords() {
        var world = Toy.bothUp(Toy.replicated())
        world.machines[1].engines[Toy.data]?.isUp = false
        _ = world.inform(1, .volumeReported(Toy.data, nil))
        world.run(for: .seconds(2))
        #expect(world.machines[0].engines[Toy.data]?.isFrozen == false)
        #expect(world.machines[1].stored.renounced == [Toy.data])
        world.pullPlug(0)
        world.run(for: .seconds(5))
        #expect(!world.serves(1, Toy.web))
    }

    // MARK: R3

    @Test func aHeldAddressIsTheThirdVoter() {
        var world = Toy.bothUp(Toy.replicated())
        world.cutAllLinks()
        world.isReplicationUp = false
        world.run(for: .seconds(5))
        #expect(world.serves(0, Toy.web) && !world.serves(1, Toy.web))
        #expect(world.machines[1].engines[Toy.data]?.disk.copy == .outdated)
        // Even after the owner has died its later writes are not forgotten.
        world.pullPlug(0)
        world.run(for: .seconds(10))
        #expect(!world.serves(1, Toy.web))
        #expect(world.violations == [])
    }

    @Test func withoutAWordOfThePingNodeTheStandbyAbstains() {
        var world = Toy.bothUp(Toy.replicated(pingNodes: gateway))
        world.machines[1].hasLAN = false
        world.cutAllLinks()
        world.isReplicationUp = false
        world.run(for: .seconds(5))
        #expect(world.serves(0, Toy.web) && !world.serves(1, Toy.web))
        // The owner has written alone since; its death must not make the old copy serve.
        world.pullPlug(0)
        world.machines[1].hasLAN = true
        world.run(for: .seconds(10))
        #expect(!world.serves(1, Toy.web))
        #expect(
            world.status(1)?.groups.first?.waitingFor
                == "serv-a, or a person: serv-a may have gone on alone since it was heard last (R3)")
    }

    // MARK: R4 and R5

    @Test func aCutOffOwnerStopsWithinItsBoundAndTheOtherServes() throws {
        var world = Toy.bothUp(Toy.replicated(pingNodes: gateway))
        world.machines[0].hasLAN = false
        world.cutAllLinks()
        world.isReplicationUp = false
        let taken = world.run(atMost: .seconds(3)) { $0.serves(1, Toy.web) }
        #expect(taken != nil)
        world.run(for: .seconds(2))
        #expect(world.machines[0].running.isEmpty)
        #expect(world.status(0)?.decisions.contains { $0.rule == .r4 } == true)
        world.mend(all: true)
        world.run(for: .seconds(3))
        #expect(world.isWell && world.serves(1, Toy.web), "\(world.summary)")
        #expect(world.violations == [])
    }

    @Test func aDeadGatewayAloneDoesNotStopAnOwnerWhosePeerDies() {
        var world = Toy.bothUp(Toy.replicated(pingNodes: gateway))
        world.isGatewayUp = false
        world.run(for: .seconds(5))
        #expect(world.serves(0, Toy.web))
        world.pullPlug(1)
        world.run(for: .seconds(5))
        #expect(world.serves(0, Toy.web))
        #expect(world.machines[0].engines[Toy.data]?.isFrozen == false)
    }

    @Test func theOwnersChoiceForSilenceWithoutAPingNodeIsKept() {
        var world = Toy.bothUp(Toy.plain(silence: .stop))
        world.pullPlug(1)
        world.run(for: .seconds(10))
        #expect(!world.serves(0, Toy.web))
        #expect(world.status(0)?.decisions.contains { $0.rule == .r5 } == true)
        world.powerOn(1)
        world.run(for: .seconds(5))
        #expect(world.isWell, "\(world.summary)")
    }

    @Test func losingTheClientsNetworkAloneMovesTheGroupAndComesBackWithIt() {
        var timing = Toy.fast
        timing.autoFailback = .on
        var world = Toy.bothUp(Toy.replicated(timing: timing, pingNodes: gateway))
        world.machines[0].hasLAN = false
        world.run(for: .seconds(3))
        #expect(world.serves(1, Toy.web))
        world.machines[0].hasLAN = true
        world.run(for: .seconds(5))
        #expect(world.serves(0, Toy.web))
        #expect(world.violations == [])
    }

    // MARK: R6

    @Test func theWatchdogIsFedWithEveryBeatUnlessItCannotKeepItsBound() {
        let fed = Toy.bothUp(Toy.plain(watchdog: WatchdogDefinition(timeout: .seconds(2))))
        #expect(fed.machines[0].lastFed.map { fed.now - $0 <= .milliseconds(100) } == true)
        let short = Toy.bothUp(Toy.plain(watchdog: WatchdogDefinition(timeout: .milliseconds(250))))
        #expect(short.machines[0].lastFed == nil)
        #expect(short.status(0)?.warnings.contains { $0.hasPrefix("the watchdog is not armed") } == true)
    }

    // MARK: R7

    @Test func aSplitBrainIsLeftToAPersonAndTheOwnerGoesOn() {
        var world = Toy.bothUp(Toy.replicated())
        world.isReplicationUp = false
        world.run(for: .seconds(2))
        world.machines[1].engines[Toy.data]?.disk.generations.append(77)
        world.isReplicationUp = true
        world.run(for: .seconds(2))
        #expect(world.serves(0, Toy.web))
        #expect(world.status(0)?.decisions.last?.rule == .r7)
        let request = world.ask(0, .standby(nil))
        world.run(for: .seconds(1))
        #expect(
            world.replies[request]
                == .refused(["volume data: both copies were written apart, a person must decide first"]))
        world.pullPlug(0)
        world.run(for: .seconds(5))
        #expect(!world.serves(1, Toy.web))
    }

    // MARK: The checkers themselves

    @Test func theCheckersNoticeAnEngineThatDoesNotFreeze() {
        var world = Toy.bothUp(Toy.replicated(pingNodes: gateway))
        world.machines[0].engines[Toy.data]?.neverFreezes = true
        world.machines[0].hasLAN = true
        world.isLANWhole = false
        world.isReplicationUp = false
        world.cutAllLinks()
        world.run(for: .seconds(5))
        #expect(world.violations.contains { $0.contains("is lost") })
    }

    @Test func theCheckersNoticeAGroupThatIsServedTwice() {
        var world = Toy.bothUp(Toy.plain())
        world.machines[1].running = ["web/0", "web/1"]
        world.run(for: .seconds(1))
        #expect(world.violations.contains { $0.contains("served twice") })
    }
}
