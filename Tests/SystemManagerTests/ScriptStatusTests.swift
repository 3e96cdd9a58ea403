import Testing

@testable import SystemManager

@Suite struct ScriptStatusTests {
    @Test(arguments: [
        (0, "running", ScriptStatus.running),
        (0, "", .running),
        (0, "mysqld (pid 812) is running...", .running),
        (0, "stopped", .stopped),
        (0, "STOPPED\n", .stopped),
        (0, "apache2 is not running.", .stopped),
        (0, "It isn't running", .stopped),
        (0, "not quite: running", .running),
        (0, "unstopped", .running),
        (1, "dead but pid file exists", .dead),
        (2, "", .dead),
        (3, "stopped", .stopped),
        (3, "running", .stopped),
        (4, "running", .unknown(exitCode: 4)),
        (127, "", .unknown(exitCode: 127)),
    ])
    func exitCodeAndWordsAreReadTogether(exitCode: Int32, output: String, expected: ScriptStatus) {
        #expect(ScriptStatus(exitCode: exitCode, output: [UInt8](output.utf8)) == expected)
    }

    @Test func outputThatIsNoTextIsNoTrouble() {
        #expect(ScriptStatus(exitCode: 0, output: [0xff, 0, 0xc3] + [UInt8]("Stopped".utf8)) == .stopped)
    }
}
