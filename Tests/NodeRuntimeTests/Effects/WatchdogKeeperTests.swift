import ClusterModel
import LinuxIO
import Testing

@testable import NodeRuntime

@Suite struct WatchdogKeeperTests {
    @Test func theFirstFeedingArmsAndTheOrderlyEndDisarms() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        let path = try scratch.write("watchdog", "")
        let keeper = WatchdogKeeper(.init(device: path), on: loop, logger: Logger(threshold: .error))
        #expect(!keeper.isArmed)
        keeper.feed()
        #expect(keeper.isArmed)
        #expect(keeper.trouble == "")
        keeper.disarm()
        #expect(!keeper.isArmed)
        #expect(try scratch.read("watchdog") == "V")
    }

    @Test func aDeviceThatIsMissingIsTroubleAndNoEnd() throws {
        let loop = try EventLoop()
        let keeper = WatchdogKeeper(.init(device: "/nowhere/watchdog"), on: loop, logger: Logger(threshold: .error))
        keeper.feed()
        #expect(!keeper.isArmed)
        #expect(keeper.trouble.contains("/nowhere/watchdog"))
    }

    @Test func withoutADefinitionNothingIsOpened() throws {
        let keeper = WatchdogKeeper(nil, on: try EventLoop(), logger: Logger(threshold: .error))
        keeper.feed()
        #expect(!keeper.isArmed)
    }
}
