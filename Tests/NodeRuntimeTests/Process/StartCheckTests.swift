import ClusterModel
import Configuration
import LinuxIO
import Testing

@testable import NodeRuntime

@Suite struct StartCheckTests {
    private static func text(key: String) -> String {
        """
        name = "test"
        key-file = "\(key)"

        [[node]]
        name = "serv-a"

        [[node]]
        name = "serv-b"

        [[link]]
        name = "lan"
        kind = "udp"
        interface = "eth0"
        mode = "broadcast"
        """
    }

    private func options(_ scratch: ScratchFolder, node: String = "serv-b") -> NodeProcess.Options {
        var options = NodeProcess.Options()
        options.configurationPath = scratch.path("cluster.toml")
        options.node = node
        options.runDirectory = scratch.path("run")
        options.stateDirectory = scratch.path("state")
        return options
    }

    private let quiet = Logger(threshold: .error)

    @Test func aCompleteConfigurationGivesTheSettings() throws {
        let scratch = try ScratchFolder()
        let key = try scratch.write("key", String(repeating: "ab", count: 32) + "\n")
        try scratch.write("cluster.toml", Self.text(key: key))
        let settings = try StartCheck.settings(options(scratch), logger: quiet)
        #expect(settings.node == "serv-b")
        #expect(settings.peer == "serv-a")
        #expect(settings.keys.map(\.bytes.count) == [32])
    }

    @Test func aMachineThatIsNeitherNodeIsToldBothNames() throws {
        let scratch = try ScratchFolder()
        let key = try scratch.write("key", String(repeating: "ab", count: 32) + "\n")
        try scratch.write("cluster.toml", Self.text(key: key))
        let problem = #expect(throws: StartProblem.self) {
            try StartCheck.settings(options(scratch, node: "serv-c"), logger: quiet)
        }
        #expect(problem?.lines.joined().contains("serv-a and serv-b") == true)
    }

    @Test func aWrongConfigurationGivesEveryErrorAndAMissingKeyItsFile() throws {
        let scratch = try ScratchFolder()
        try scratch.write("cluster.toml", Self.text(key: scratch.path("key")) + "\nspeed = 1\ncolour = 2\n")
        let problem = #expect(throws: StartProblem.self) { try StartCheck.settings(options(scratch), logger: quiet) }
        #expect((problem?.lines.count ?? 0) >= 2)
        try scratch.write("cluster.toml", Self.text(key: scratch.path("key")))
        let missing = #expect(throws: StartProblem.self) { try StartCheck.settings(options(scratch), logger: quiet) }
        #expect(missing?.lines.joined().contains(scratch.path("key")) == true)
        #expect(NodeProcess.run(options(scratch)) == NodeProcess.configurationError)
    }
}

@Suite struct InstanceLockTests {
    @Test func aSecondProcessOfTheSameNodeIsKeptAway() throws {
        let scratch = try ScratchFolder()
        let first = try InstanceLock(folder: scratch.path)
        let error = #expect(throws: SystemError.self) { _ = try InstanceLock(folder: scratch.path) }
        #expect("\(String(describing: error))".contains("runs here already"))
        _ = consume first
        _ = try InstanceLock(folder: scratch.path)
    }
}

@Suite struct BootIdentityTests {
    @Test func theSameBootHasTheSameIdentity() throws {
        #expect(try BootIdentity.read() == BootIdentity.read())
        #expect(try BootIdentity.read() != 0)
    }

    @Test func anIncarnationNeverGoesBack() {
        #expect(Incarnation.now(after: 0) > 1_600_000_000_000_000_000)
        #expect(Incarnation.now(after: .max - 1) == .max)
    }
}
