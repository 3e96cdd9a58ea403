import Glibc
import Testing

@testable import LinuxIO

@Suite struct WatchdogTests {
    @Test func aPlainFileStandsInAndDoesNotGrow() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("watchdog", size: 0)
        let watchdog = try Watchdog(path, timeoutSeconds: 10)
        #expect(!watchdog.isHardware)
        #expect(watchdog.timeoutSeconds == nil)
        for _ in 0..<3 { try watchdog.feed() }
        #expect(try FileDescriptor.contents(of: path, limit: 10) == [0])
        try watchdog.disarm()
        #expect(try FileDescriptor.contents(of: path, limit: 10) == Array("V".utf8))
        try watchdog.feed()
        try watchdog.disarm()
        #expect(try FileDescriptor.contents(of: path, limit: 10) == Array("V".utf8))
    }

    @Test func aFIFOTellsEachFeedingAndNeverBlocks() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path("watchdog")
        #expect(mkfifo(path, 0o600) == 0)
        let watchdog = try Watchdog(path, timeoutSeconds: 10)
        let reader = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        try watchdog.feed()
        try watchdog.feed()
        try watchdog.disarm()
        #expect(try reader.readAll(limit: 10) == [0, 0, UInt8(ascii: "V")])
    }

    @Test func aFullFIFOThatNobodyReadsIsNoError() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path("watchdog")
        #expect(mkfifo(path, 0o600) == 0)
        let watchdog = try Watchdog(path, timeoutSeconds: 10)
        for _ in 0..<70_000 { try watchdog.feed() }
    }

    @Test func aMissingDeviceIsNamed() {
        let error = #expect(throws: SystemError.self) { try Watchdog("/dev/bascule-none", timeoutSeconds: 10) }
        #expect(error?.description == "cannot open /dev/bascule-none: No such file or directory")
    }
}
