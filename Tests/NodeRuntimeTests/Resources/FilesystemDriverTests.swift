import ClusterModel
import Glibc
import LinuxIO
import NodeCore
import Testing

@testable import NodeRuntime

/// A real ext4 on a loop device, with a place to mount it.
private final class Disk {
    let scratch: ScratchFolder
    let loop: EventLoop
    let device: LoopDevice
    let mounts: MountWatch
    let target: String
    let driver: FilesystemDriver
    var outcomes: [StepOutcome] = []

    init(type: String = "ext4") throws {
        scratch = try ScratchFolder()
        loop = try EventLoop()
        target = scratch.folder("target")
        let file = try scratch.write("disk", "")
        try Tool.run("/usr/bin/truncate", "-s", "8M", file)
        try Tool.run("/sbin/mkfs.ext4", "-q", "-F", file)
        device = try LoopDevice(file: file)
        mounts = try MountWatch(on: loop)
        driver = FilesystemDriver(
            FilesystemResource(volume: "data", mountPoint: target, type: type, options: ["noatime"]),
            device: device.path, mounts: mounts, on: loop, logger: Logger(threshold: .error))
    }

    deinit {
        // Also where an expectation fails half way.
        while umount2(target, Int32(MNT_DETACH)) == 0 {}
    }

    func start(timeout: Duration = .seconds(10)) throws -> StepOutcome? {
        outcomes = []
        driver.start(timeout: timeout) { [unowned self] in outcomes.append($0) }
        try loop.run(until: { !outcomes.isEmpty }, within: timeout + .seconds(5))
        return outcomes.first
    }

    func stop(timeout: Duration = .seconds(10)) throws -> StepOutcome? {
        outcomes = []
        driver.stop(timeout: timeout) { [unowned self] in outcomes.append($0) }
        try loop.run(until: { !outcomes.isEmpty }, within: timeout + .seconds(5))
        return outcomes.first
    }

    var isMounted: Bool {
        get throws { try MountTable.read().entry(at: target) != nil }
    }

    /// A process that works in the file system; `trap` is what it does at SIGTERM.
    func occupy(trap: String) throws -> ChildProcess {
        let script = "cd \(target); trap '\(trap)' TERM; echo ready; while :; do sleep 0.05; done"
        let child = try ChildProcess.start(.init("/bin/sh", ["-c", script]), on: loop) { [unowned self] in
            ended.append($0)
        }
        try loop.run(until: { (try? MountUsers.find(below: target).isEmpty) == false }, within: .seconds(5))
        return child
    }

    var ended: [ChildProcess.Result] = []
}

@Suite struct FilesystemDriverTests {
    @Test func startingMountsAndStoppingUnmounts() throws {
        let disk = try Disk()
        #expect(try disk.start() == .done)
        let entry = try #require(try MountTable.read().entry(at: disk.target))
        #expect(entry.source == disk.device.path)
        #expect(entry.options.contains("noatime"))
        #expect(try disk.stop() == .done)
        #expect(try !disk.isMounted)
    }

    @Test func bothSucceedAtOnceWhereNothingIsLeftToDo() throws {
        let disk = try Disk()
        #expect(try disk.stop() == .done)
        #expect(try disk.start() == .done)
        #expect(try disk.start() == .done)
        #expect(try MountTable.read().entries.filter { $0.mountPoint == disk.target }.count == 1)
        #expect(try disk.stop() == .done)
        #expect(try disk.stop() == .done)
    }

    @Test func whatIsMissingIsNamed() throws {
        let disk = try Disk()
        rmdir(disk.target)
        guard case .failed(let reason) = try disk.start() else {
            Issue.record("mounted on nothing")
            return
        }
        #expect(reason.contains("mount point \(disk.target) is missing"))
        let loop = disk.loop
        let absent = FilesystemDriver(
            FilesystemResource(volume: "data", mountPoint: disk.target), device: "/dev/bascule/absent",
            mounts: disk.mounts, on: loop, logger: Logger(threshold: .error))
        var outcome: StepOutcome?
        absent.start(timeout: .seconds(5)) { outcome = $0 }
        try loop.run(until: { outcome != nil }, within: .seconds(5))
        guard case .failed(let other) = outcome else {
            Issue.record("mounted nothing")
            return
        }
        #expect(other.contains("no block device /dev/bascule/absent"))
    }

    @Test func aWrongTypeIsExplained() throws {
        let disk = try Disk(type: "vfat")
        guard case .failed(let reason) = try disk.start() else {
            Issue.record("ext4 was mounted as vfat")
            return
        }
        #expect(reason.contains("cannot mount"))
    }

    @Test func somethingElseAtTheMountPointIsNeitherTakenForOursNorUnmounted() throws {
        let disk = try Disk()
        try Mount.mount("tmpfs", at: disk.target, type: "tmpfs")
        guard case .failed(let reason) = try disk.start() else {
            Issue.record("mounted over another file system")
            return
        }
        #expect(reason.contains("tmpfs is already mounted"))
        #expect(try disk.stop() == .done)
        #expect(try disk.isMounted)
    }

    @Test func aProcessThatListensToTermIsNotKilled() throws {
        let disk = try Disk()
        #expect(try disk.start() == .done)
        let child = try disk.occupy(trap: "exit 7")
        #expect(try disk.stop(timeout: .seconds(9)) == .done)
        try disk.loop.run(until: { !disk.ended.isEmpty }, within: .seconds(2))
        #expect(disk.ended.map(\.outcome) == [.exited(7)])
        withExtendedLifetime(child) {}
    }

    @Test func aProcessThatDoesNotListenIsKilledAfterAThirdOfTheTime() throws {
        let disk = try Disk()
        #expect(try disk.start() == .done)
        let child = try disk.occupy(trap: "")
        let began = disk.loop.now
        #expect(try disk.stop(timeout: .seconds(3)) == .done)
        let took = disk.loop.now - began
        #expect(took >= .seconds(1) && took < .seconds(3))
        try disk.loop.run(until: { !disk.ended.isEmpty }, within: .seconds(2))
        #expect(disk.ended.map(\.outcome) == [.killed(signal: SIGKILL)])
        withExtendedLifetime(child) {}
    }

    @Test func whatCannotBeMovedIsNamedWhenTheTimeIsOver() throws {
        let disk = try Disk()
        #expect(try disk.start() == .done)
        mkdir(disk.target + "/below", 0o700)
        try Mount.mount("tmpfs", at: disk.target + "/below", type: "tmpfs")
        defer { umount2(disk.target + "/below", 0) }
        guard case .failed(let reason) = try disk.stop(timeout: .milliseconds(600)) else {
            Issue.record("a busy file system was unmounted")
            return
        }
        #expect(reason.contains("\(disk.target)/below"))
        #expect(try disk.isMounted, "never lazily")
    }

    @Test func anUnmountBehindOurBackIsNoticedAtOnce() throws {
        let disk = try Disk()
        #expect(try disk.start() == .done)
        var failures: [String] = []
        disk.driver.beginMonitoring { failures.append($0) }
        try Mount.unmount(disk.target)
        try disk.loop.run(until: { !failures.isEmpty }, within: .seconds(2))
        #expect(failures.first?.contains("not mounted on \(disk.target) any more") == true)
    }

    @Test func whatIsNoLongerWatchedFailsSilently() throws {
        let disk = try Disk()
        #expect(try disk.start() == .done)
        var failures: [String] = []
        disk.driver.beginMonitoring { failures.append($0) }
        disk.driver.endMonitoring()
        #expect(try disk.stop() == .done)
        try disk.loop.run(until: { false }, within: .milliseconds(100))
        #expect(failures == [])
    }
}
