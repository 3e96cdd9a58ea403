import ClusterModel
import NodeCore
import Ownership
import Testing

/// Things that break, one at a time, and what follows.
struct FailureTests {
    @Test(arguments: ["lan", "null-modem"] as [LinkName])
    func oneLinkCutMovesNothingAndIsReported(_ link: LinkName) {
        var world = Toy.bothUp(Toy.replicated())
        world.cut(link)
        world.run(for: .seconds(5))
        #expect(world.serves(0, Toy.web) && !world.serves(1, Toy.web))
        for node in 0..<2 {
            #expect(world.machines[node].log.contains("link \(link) silent"))
            #expect(world.status(node)?.links.first { $0.name == link }?.state == .silent)
            #expect(world.status(node)?.peer.verdict == .alive)
        }
        world.mend(link)
        world.run(for: .seconds(1))
        #expect(world.status(0)?.links.allSatisfy { $0.state == .up } == true)
    }

    @Test func aOneWayCutIsNamedByTheSideThatStillHears() {
        var world = Toy.bothUp(Toy.plain())
        world.cut("lan", from: 0)
        world.run(for: .seconds(2))
        #expect(world.status(0)?.warnings.contains("one-way cut: serv-b does not hear us on link lan") == true)
        #expect(world.serves(0, Toy.web) && !world.serves(1, Toy.web))
    }

    @Test func aRebootFasterThanDeadtimeIsACrashWithoutSilence() throws {
        var world = Toy.bothUp(Toy.replicated(timing: Timing(initdead: .seconds(20))))
        #expect(world.serves(0, Toy.web))
        world.pullPlug(0)
        world.powerOn(0)
        // Deadtime is 10 s; the first beat of the new boot is enough.
        let time = world.run(atMost: .seconds(5)) { $0.serves(1, Toy.web) }
        #expect(try #require(time) < .seconds(3), "\(world.story.joined(separator: "\n"))")
        world.run(for: .seconds(10))
        #expect(world.serves(1, Toy.web) && !world.serves(0, Toy.web))
        #expect(world.violations == [])
    }

    @Test func aKilledProcessGoesOnServingUnderTheSameEpochWithoutAProbe() {
        var world = Toy.bothUp(Toy.replicated())
        let epoch = world.status(0)?.groups.first?.epoch
        world.killRun(0)
        world.restartRun(0, after: .milliseconds(200))
        world.run(for: .seconds(3))
        #expect(world.serves(0, Toy.web) && !world.serves(1, Toy.web))
        #expect(world.status(0)?.groups.first?.epoch == epoch)
        #expect(world.machines[0].log.contains { $0.hasPrefix("serv-a goes on serving web") })
        #expect(world.machines[1].log.contains("serv-a's cluster process has restarted"))
        #expect(world.violations == [])
    }

    @Test func aProcessThatStaysDeadUnderALivingAddressIsNotTakenOver() {
        var world = Toy.bothUp(Toy.replicated())
        world.killRun(0)
        world.run(for: .seconds(8))
        #expect(!world.serves(1, Toy.web))
        #expect(world.status(1)?.groups.first?.decision?.rule == .r3)
        world.restartRun(0, after: .zero)
        world.run(for: .seconds(3))
        #expect(world.isWell, "\(world.summary)")
        #expect(world.violations == [])
    }

    @Test func aKilledEngineIsMadePrimaryAgainUnderTheServingGroup() {
        var world = Toy.bothUp(Toy.replicated())
        world.killEngine(0, Toy.data)
        world.run(for: .seconds(5))
        #expect(world.serves(0, Toy.web) && world.isWell, "\(world.summary)")
        #expect(world.violations == [])
    }

    @Test func aFailedStartIsUndoneAndTheOtherNodeTakesIt() {
        var world = ToyWorld(Toy.replicated())
        world.behaviours["serv-a start web/3"] = .fails("exit status 1")
        world.powerOn(0)
        world.powerOn(1)
        world.run(for: .seconds(5))
        #expect(world.serves(1, Toy.web))
        #expect(world.machines[0].running.isEmpty && world.machines[0].engines[Toy.data]?.isPrimary == false)
        #expect(world.status(0)?.groups.first?.isAbleHere == false)
        let request = world.ask(1, .standby(Toy.web))
        world.run(for: .seconds(1))
        #expect(world.replies[request] == .refused(["serv-a cannot start web: it failed there before"]))
        world.behaviours = [:]
        _ = world.ask(0, .clear(nil))
        world.run(for: .milliseconds(300))
        let again = world.ask(1, .standby(Toy.web))
        world.run(for: .seconds(2))
        #expect(world.replies[again] == .done(["serv-a serves web"]))
    }

    @Test func aStartThatFailsOnBothIsToldAndTriedAgainAfterAWhile() {
        var world = ToyWorld(Toy.plain())
        for node in [Toy.a, Toy.b] { world.behaviours["\(node) start web/1"] = .hangs }
        world.powerOn(0)
        world.powerOn(1)
        world.run(for: .seconds(30))
        #expect(!world.serves(0, Toy.web) && !world.serves(1, Toy.web))
        #expect(world.status(0)?.groups.first?.waitingFor == "a person: it did not end in time")
        world.behaviours = [:]
        let time = world.run(atMost: .seconds(90)) { $0.isWell }
        #expect(time != nil, "\(world.summary)")
    }

    @Test func aHungStopWithoutAWatchdogStaysStuckAndTheOtherDoesNotStart() {
        var world = Toy.bothUp(Toy.plain())
        world.behaviours["serv-a stop web/1"] = .hangs
        let request = world.ask(0, .standby(nil))
        world.run(for: .seconds(20))
        #expect(world.phase(0, Toy.web) == .stuck && world.phase(1, Toy.web) == .stopped)
        #expect(world.replies[request] == .failed(["web could not be stopped on serv-a: it did not end in time"]))
        #expect(world.status(1)?.groups.first?.waitingFor?.contains("could not stop it") == true)
        #expect(world.resets == [])
        world.behaviours = [:]
        world.run(for: .seconds(40))
        #expect(world.isWell, "\(world.summary)")
    }

    @Test func aHungStopWithAWatchdogEndsInAResetAndTheOtherServes() {
        var world = Toy.bothUp(Toy.replicated(watchdog: WatchdogDefinition(timeout: .seconds(2))))
        world.behaviours["serv-a stop web/3"] = .hangs
        _ = world.ask(0, .standby(nil))
        let time = world.run(atMost: .seconds(12)) { $0.serves(1, Toy.web) }
        #expect(time != nil)
        #expect(world.resets == ["serv-a: group web could not be stopped: it did not end in time"])
        #expect(world.violations == [])
    }

    @Test func twoResetsInARowForOneReasonAndTheNodeStaysDownQuietly() {
        var world = Toy.bothUp(Toy.plain(watchdog: WatchdogDefinition(timeout: .seconds(2))))
        for _ in 0..<2 {
            world.behaviours["serv-a stop web/1"] = .hangs
            world.run(atMost: .seconds(20)) { $0.serves(0, Toy.web) }
            _ = world.ask(0, .standby(nil))
            world.run(for: .seconds(15))
            world.behaviours = [:]
            _ = world.ask(1, .standby(nil))
            world.run(for: .seconds(3))
        }
        #expect(world.resets.count == 2)
        #expect(world.serves(1, Toy.web), "a node that stays down must not get the group")
        #expect(world.status(0)?.warnings.contains { $0.hasPrefix("this node reset itself twice in a row") } == true)
        let request = world.ask(0, .clear(nil))
        world.run(for: .seconds(1))
        #expect(world.replies[request] == .done(["serv-a takes part again"]))
        _ = world.ask(1, .standby(nil))
        world.run(for: .seconds(2))
        #expect(world.serves(0, Toy.web))
    }

    @Test func aFailedServiceIsRestartedInPlaceOnceAndMovesTheSecondTime() {
        var world = Toy.bothUp(Toy.replicated())
        world.failResource(0, Toy.web, 3, "exit status 139")
        world.run(for: .seconds(1))
        #expect(world.serves(0, Toy.web))
        #expect(world.status(0)?.groups.first?.decision?.sentence == "serv-a restarts unit apache2.service in place")
        world.run(for: .seconds(30))
        world.failResource(0, Toy.web, 3, "exit status 139")
        world.run(for: .seconds(2))
        #expect(world.serves(1, Toy.web) && !world.serves(0, Toy.web))
        #expect(world.violations == [])
    }

    @Test func aServiceThatFailsAgainWithoutAnotherNodeIsRestartedAfterAPause() {
        var world = Toy.bothUp(Toy.replicated())
        world.pullPlug(1)
        world.run(for: .seconds(2))
        for _ in 0..<3 {
            world.failResource(0, Toy.web, 3, "exit status 139")
            let time = world.run(atMost: .seconds(15)) { $0.serves(0, Toy.web) }
            #expect(time != nil, "\(world.summary)")
        }
    }

    @Test func aStalledLoopDoesNotTakeItsOwnDeafnessForADeath() throws {
        var world = Toy.bothUp(Toy.plain())
        let node = try #require(world.machines[1].node)
        var stalled = node
        let effects = stalled.handle(.timerFired(.peer), at: world.now + .seconds(3))
        #expect(stalled.status(at: world.now + .seconds(3)).peer.verdict == .alive)
        #expect(
            effects.contains { if case .log(.warning, let line) = $0 { line.contains("stood still") } else { false } })
        world.run(for: .seconds(1))
    }
}
