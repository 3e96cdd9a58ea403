import Testing

/// The unit manager and the notifier against a real systemd (PID 1 of a container), over both ways to reach it. What the probe
/// does is in `Sources/unit-probe`.
@Suite(.serialized) struct SystemdContainerTests {
    @Test(arguments: ["manager", "daemon"]) func unitsAreDrivenAndFollowedUnderRealSystemd(way: String) throws {
        let container = SystemdContainer(
            files: Self.units, links: Self.links, arguments: [way], startsDaemon: way == "daemon")
        let said = try container.run(limit: 55)
        let findings = said.split(separator: "\n").map(String.init)
        for expected in Self.findings where !findings.contains(expected) {
            Issue.record("missing: \(expected)\nin:\n\(said)")
        }
        if way == "manager" { #expect(findings.contains("lost yes")) }
        let failure = try #require(number("failure-ms", in: findings))
        #expect(failure < 1000, "a killed service was reported after \(failure) ms")
        let stuck = try #require(number("start-stuck-ms", in: findings))
        #expect((200..<2000).contains(stuck))
    }

    private func number(_ key: String, in findings: [String]) -> Int? {
        findings.first { $0.hasPrefix(key + " ") }.flatMap { Int($0.dropFirst(key.count + 1)) }
    }

    static let findings = [
        "connected yes",
        "load victim.service loaded",
        "load ghost.service notFound",
        "load masked.service masked",
        "boot victim.service false",
        "boot eager.service true",
        "boot ghost.service cannot read the boot setting of ghost.service: systemd says: No such file or directory"
            + " (org.freedesktop.DBus.Error.FileNotFound)",
        "start victim done",
        "failure-result signal",
        "start failing failed",
        "start ghost cannot start the unit ghost.service: systemd says: Unit ghost.service not found."
            + " (org.freedesktop.systemd1.NoSuchUnit)",
        "start needy dependencyFailed",
        "start stuck cannot start the unit stuck.service: no answer within 0.2 seconds",
        "stop stuck done",
        "restart victim done",
        "stop victim done",
        "stopped-result success",
        "stop again done",
        "appeared yes",
        "watchdog 50.0 seconds",
        "announced yes",
        "survived yes",
        "finished yes",
    ]

    static let units = [
        "etc/systemd/system/victim.service": service(
            "Type=forking\nPIDFile=/run/victim.pid\nExecStart=/bin/sh -c 'sleep 1000 & echo $! > /run/victim.pid'"),
        "etc/systemd/system/eager.service": service("ExecStart=/bin/true", install: "WantedBy=other.target"),
        "etc/systemd/system/failing.service": service("Type=oneshot\nExecStart=/bin/false"),
        "etc/systemd/system/needy.service": service(
            "ExecStart=/bin/true", unit: "Requires=failing.service\nAfter=failing.service"),
        "etc/systemd/system/stuck.service": service("Type=notify\nExecStart=/bin/sleep 1000"),
        "etc/systemd/system/reload.service": service("Type=oneshot\nExecStart=/bin/systemctl daemon-reload"),
        "etc/systemd/system/reexec.service": service("Type=oneshot\nExecStart=/bin/systemctl daemon-reexec"),
        "probe/late.service": service("ExecStart=/bin/true"),
    ]

    static let links = [
        "etc/systemd/system/masked.service": "/dev/null",
        "etc/systemd/system/other.target.wants/eager.service": "../eager.service",
    ]

    private static func service(_ text: String, unit: String = "", install: String = "") -> String {
        """
        [Unit]
        DefaultDependencies=no
        \(unit)
        [Service]
        StandardOutput=null
        StandardError=null
        \(text)
        [Install]
        \(install)

        """
    }
}
