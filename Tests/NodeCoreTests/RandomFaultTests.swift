import ClusterModel
import NodeCore
import Testing

/// Seeded disorder: two brains, random faults, then everything is mended.
///
/// Checked all the time: the group is not served twice within reach of one client for longer than a beat and a stop take;
/// no acknowledged write is missing where the volume is written; epochs only grow. Checked at the end: one node serves, both
/// copies are the same, and it took no person. Not checked: what needs a third fault at the same place and time.
struct RandomFaultTests {
    private static let usual: [ToyFault] = [
        .plug, .process, .engine, .link, .oneWay, .allLinks, .replication, .startFails, .resource, .shutdown, .standby,
        .takeover, .failback, .loss, .everything,
    ]

    @Test(arguments: 0..<12)
    func withPingNodesAnyDisorderEndsWell(_ seed: Int) {
        let definition = Toy.replicated(pingNodes: ["198.51.100.1"])
        disorder(definition, seed: seed, faults: Self.usual + [.lan, .gateway])
    }

    @Test(arguments: 100..<108)
    func withoutPingNodesAnyDisorderOfTheLinksEndsWell(_ seed: Int) {
        disorder(Toy.replicated(), seed: seed, faults: Self.usual)
    }

    @Test(arguments: 200..<208)
    func groupsWithoutVolumesAreNeverServedTwice(_ seed: Int) {
        let definition = Toy.plain(pingNodes: ["198.51.100.1"])
        disorder(definition, seed: seed, faults: Self.usual + [.lan, .gateway])
    }

    @Test(arguments: 300..<308)
    func withAWatchdogAStuckStopEndsInAResetAndThenWell(_ seed: Int) {
        var timing = Toy.fast
        timing.autoFailback = .on
        let definition = Toy.replicated(
            timing: timing, pingNodes: ["198.51.100.1"], watchdog: WatchdogDefinition(timeout: .seconds(2)))
        disorder(definition, seed: seed, faults: Self.usual + [.stopFails, .lan])
    }

    private func disorder(_ definition: ClusterDefinition, seed: Int, faults: [ToyFault]) {
        var world = ToyWorld(definition, seed: UInt64(seed))
        world.powerOn(0)
        world.powerOn(1)
        world.run(for: .seconds(4))
        for _ in 0..<12 {
            world.breakSomething(faults)
            world.run(for: .milliseconds(Int64.random(in: 10...4000, using: &world.random)))
            if Bool.random(using: &world.random) { world.mend(all: false) }
        }
        world.tell("MENDED")
        for _ in 0..<3 {
            // Whoever was going down when everything was mended is switched on again, too.
            world.mend(all: true)
            world.run(for: .seconds(7))
        }
        let time = world.run(atMost: .seconds(150)) { $0.isWell }
        // A node that stays down after two fences waits for a person, as it should.
        let isQuiet = (0..<2).contains {
            world.status($0)?.warnings.contains { $0.hasPrefix("this node reset") } ?? false
        }
        #expect(time != nil || isQuiet, "seed \(seed) did not end well\n\(world.summary)\n\(tale(world))")
        world.mend(all: true)
        world.run(for: .seconds(2))
        #expect(world.violations == [], "seed \(seed)\n\(tale(world))")
    }

    private func tale(_ world: ToyWorld) -> String {
        world.story.suffix(120).joined(separator: "\n")
    }
}
