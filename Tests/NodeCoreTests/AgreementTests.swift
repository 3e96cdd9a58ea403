import ClusterModel
import NodeCore
import Ownership
import Testing

/// What two healthy nodes settle between them, and what they refuse.
struct AgreementTests {
    @Test func bothCopiesUselessMeansThatAPersonMustRunFirstSync() {
        var world = ToyWorld(Toy.replicated(), copies: .inconsistent)
        world.powerOn(0)
        world.powerOn(1)
        world.run(for: .seconds(5))
        #expect(!world.serves(0, Toy.web) && !world.serves(1, Toy.web))
        #expect(
            world.status(0)?.groups.first?.waitingFor
                == "volume data: no UpToDate copy on either node: run first-sync")
        let request = world.ask(0, .firstSync(Toy.data))
        world.run(for: .seconds(3))
        #expect(world.replies[request] == .done(["volume data: serv-a's copy is the good one now"]))
        #expect(world.isWell && world.serves(0, Toy.web), "\(world.summary)")
        let again = world.ask(0, .firstSync(Toy.data))
        world.run(for: .seconds(1))
        #expect(world.replies[again] == .refused(["volume data is UpToDate on serv-a already"]))
    }

    @Test func standbyDuringAResyncIsRefusedWithWhatIsMissing() {
        var world = Toy.bothUp(Toy.replicated())
        world.machines[1].engines[Toy.data]?.isResyncTarget = true
        world.machines[1].engines[Toy.data]?.disk.copy = .inconsistent
        let report = world.machines[1].engines[Toy.data]?.report
        _ = world.inform(1, .volumeReported(Toy.data, report))
        world.run(for: .milliseconds(200))
        let request = world.ask(0, .standby(nil))
        world.run(for: .milliseconds(100))
        #expect(
            world.replies[request] == .refused(["volume data is not UpToDate on serv-b (resync: 4096 B to go)"]))
    }

    @Test func refusalsNameWhatIsNotThere() {
        var world = Toy.bothUp(Toy.plain())
        let strange = world.ask(0, .standby("mail"))
        let absent = world.ask(1, .standby(nil))
        world.run(for: .milliseconds(100))
        #expect(world.replies[strange] == .refused(["there is no group mail; there are: web"]))
        #expect(world.replies[absent] == .refused(["web is not served by serv-b: serv-a has it: serving"]))
    }

    @Test func takeoverAsksTheOwnerThroughTheBeats() {
        var world = Toy.bothUp(Toy.replicated())
        let request = world.ask(1, .takeover(Toy.web, force: false))
        world.run(for: .seconds(2))
        #expect(world.replies[request] == .done(["serv-b serves web"]))
        #expect(world.isWell && world.serves(1, Toy.web))
        let again = world.ask(1, .takeover(nil, force: false))
        world.run(for: .milliseconds(100))
        #expect(world.replies[again] == .done(["serv-b serves web already"]))
    }

    @Test func aMoveThatFailsThereComesBackAndIsReportedAsFailed() {
        var world = Toy.bothUp(Toy.replicated())
        world.behaviours["serv-b start web/3"] = .fails("no such unit")
        let request = world.ask(0, .standby(nil))
        world.run(for: .seconds(5))
        #expect(world.serves(0, Toy.web))
        #expect(world.replies[request] == .failed(["web stays on serv-a: serv-b did not take it"]))
    }

    @Test func crossingWishesEndWithOneOwner() {
        var world = Toy.bothUp(Toy.replicated())
        _ = world.ask(0, .standby(nil))
        _ = world.ask(1, .takeover(nil, force: false))
        world.run(for: .seconds(1))
        _ = world.ask(0, .takeover(nil, force: false))
        _ = world.ask(1, .standby(nil))
        world.run(for: .seconds(3))
        #expect(world.isWell, "\(world.summary)")
        #expect(world.violations == [])
    }

    @Test func aCleanLeaveHandsOverAtOnce() throws {
        var world = Toy.bothUp(Toy.replicated())
        world.shutDown(0)
        let time = world.run(atMost: .seconds(3)) { $0.serves(1, Toy.web) }
        #expect(try #require(time) <= .milliseconds(250))
        world.run(for: .seconds(2))
        #expect(world.machines[0].node == nil)
        #expect(world.status(1)?.peer.verdict == .left)
        #expect(world.violations == [])
    }

    @Test(arguments: [AutoFailback.on, .off, .afterResync])
    func failbackHappensAsConfigured(_ choice: AutoFailback) {
        var timing = Toy.fast
        timing.autoFailback = choice
        var world = Toy.bothUp(Toy.replicated(timing: timing))
        world.pullPlug(0)
        world.run(for: .seconds(2))
        world.powerOn(0)
        world.run(for: .seconds(10))
        #expect(world.serves(0, Toy.web) == (choice != .off))
        #expect(world.isWell)
    }

    @Test func aDifferentConfigurationIsNamedWithinOneBeatAndMovesAreRefused() {
        var world = Toy.bothUp(Toy.plain())
        world.killRun(1)
        world.machines[1].node = Node(definition: world.definition, name: Toy.b, configuration: 8)
        var node = world.machines[1].node
        let effects =
            node?.handle(
                .started(StoredState(), boot: world.machines[1].boot, incarnation: UInt64(world.now.nanoseconds)),
                at: world.now) ?? []
        for case .sendHeartbeat(let beat) in effects {
            let answers = world.inform(0, .heartbeatReceived(beat, on: "lan"))
            #expect(
                answers.contains(
                    .log(
                        .error,
                        "serv-b's configuration differs from ours: both nodes keep what they have, and refuse moves")))
        }
        let request = world.ask(0, .standby(nil))
        #expect(
            world.replies[request]
                == .refused(["the configurations of the two nodes differ", "serv-b is still starting"]))
    }

    @Test func aNamesakeAStrangerAndAForeignClusterAreSaidOnce() {
        var world = Toy.bothUp(Toy.plain())
        var beat = Heartbeat(
            cluster: "demo", sender: Toy.a, boot: 4242, incarnation: 1, sequence: 1, configuration: 7, phase: .active)
        func logs(_ beat: Heartbeat) -> Int {
            let effects = world.inform(0, .heartbeatReceived(beat, on: "lan"))
            return effects.count { if case .log(let level, _) = $0 { level >= .warning } else { false } }
        }
        #expect(logs(beat) == 1 && logs(beat) == 0)
        beat.sender = "serv-x"
        #expect(logs(beat) == 1 && logs(beat) == 0)
        beat.cluster = "office"
        #expect(logs(beat) == 1 && logs(beat) == 0)
        let warnings = world.status(0)?.warnings ?? []
        #expect(warnings.contains("another machine calls itself serv-a too"))
        #expect(world.status(0)?.peer.verdict == .alive)
    }

    @Test func theSameEventsGiveTheSameEffects() {
        func tale(_ seed: UInt64) -> [String] {
            var world = ToyWorld(Toy.replicated(pingNodes: ["198.51.100.1"]), seed: seed)
            world.powerOn(0)
            world.powerOn(1)
            world.run(for: .seconds(4))
            for _ in 0..<5 {
                world.breakSomething(ToyFault.allCases)
                world.run(for: .seconds(2))
            }
            return world.story
        }
        #expect(tale(11) == tale(11))
        #expect(tale(11) != tale(12))
    }
}
