import Testing

extension SystemdContainerTests {
    /// The driver of `bascule run`'s unit resources (`NodeRuntime`), here for the container's sake.
    @Test func aUnitIsAResourceOfAGroupUnderRealSystemd() throws {
        let container = SystemdContainer(
            files: Self.units, links: Self.links, arguments: ["driver"], startsDaemon: false)
        let said = try container.run(limit: 55)
        #expect(said.split(separator: "\n").map(String.init) == Self.driverFindings)
    }

    private static let driverFindings = [
        "start done",
        "start again done",
        "failures while it runs 0",
        "failure victim.service failed (signal)",
        "stop after failure done",
        "restart done",
        "stop done",
        "stop again done",
        "failures after the watch 0",
        "eight failing starts failed: failing.service cannot start: it failed, see its journal",
        "ghost failed: cannot start the unit ghost.service: systemd says: Unit ghost.service not found."
            + " (org.freedesktop.systemd1.NoSuchUnit)",
        "stuck timedOut",
        "stop stuck done",
        "warning eager.service is enabled at boot: both nodes will run it;"
            + " \"systemctl disable eager.service\" on both",
        "no warning true",
        "finished yes",
    ]
}
