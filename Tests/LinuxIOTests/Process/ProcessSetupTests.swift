import CLinux
import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

/// One after the other: locking is a matter of the whole process.
@Suite(.serialized) struct ProcessSetupTests {
    @Test func aThreadTakesItsName() throws {
        ProcessSetup.setName("bascule-a-very-long-name")
        let name = try FileDescriptor.contents(of: "/proc/thread-self/comm", limit: 64)
        #expect(String(decoding: name, as: UTF8.self) == "bascule-a-very-\n")
    }

    @Test func realTimeIsTakenAndNotInherited() throws {
        // On a thread of its own, for the priority belongs to the thread.
        let loop = try EventLoop()
        var outcome: [Int32] = []
        try HelperThread.run(on: loop) { () -> [Int32] in
            do {
                try ProcessSetup.becomeRealTime(priority: 5)
                let inner = try EventLoop()
                var child: [UInt8]?
                try ChildProcess.start(
                    .init("/bin/sh", ["-c", "cut -d' ' -f41 /proc/self/stat"], output: .capture), on: inner
                ) { child = $0.output }
                try inner.run(until: { child != nil }, within: .seconds(5))
                let policy = Int32(String(decoding: child ?? [], as: UTF8.self).filter(\.isNumber)) ?? -1
                return [sched_getscheduler(0) & 0xff, policy]
            } catch {
                return [-1]
            }
        } then: {
            outcome = $0
        }
        #expect(try loop.run(until: { !outcome.isEmpty }, within: .seconds(10)))
        #expect(outcome == [SCHED_RR, SCHED_OTHER])
    }

    @Test func lockedMemoryStaysInRAM() throws {
        try ProcessSetup.lockMemory()
        defer { munlockall() }
        #expect(try Self.kilobytes("VmLck") > 1000)
    }

    @Test func lockingDoesNotFetchWhatWasNeverTouched() throws {
        try ProcessSetup.lockMemory()
        defer { munlockall() }
        let length = 64 << 20
        let before = try Self.kilobytes("VmLck")
        let memory = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        let start = try #require(memory == MAP_FAILED ? nil : memory)
        defer { munmap(start, length) }
        #expect(try Self.kilobytes("VmLck") - before >= length >> 10, "future memory is locked")
        start.storeBytes(of: 1, as: UInt8.self)
        #expect(Self.resident(start, length) == [0], "only the touched page is there")
    }

    @Test func codeThatWasRunIsLetGoAndComesBackWhenItIsNeeded() throws {
        let length = 64 * Int(getpagesize())
        var name = Array("/tmp/bascule-code-XXXXXX".utf8CString)
        let file = FileDescriptor(owning: mkstemp(&name))
        defer { unlink(name) }
        _ = try file.write([UInt8](repeating: 0xc3, count: length))
        let memory = mmap(nil, length, PROT_READ | PROT_EXEC, MAP_PRIVATE, file.raw, 0)
        let start = try #require(memory == MAP_FAILED ? nil : memory)
        defer { munmap(start, length) }
        let code = UnsafeRawBufferPointer(start: start, count: length)
        #expect(code.allSatisfy { $0 == 0xc3 })
        #expect(try Self.residentKilobytes(at: start) == length >> 10)
        try ProgramText.release()
        #expect(try Self.residentKilobytes(at: start) == 0)
        #expect(code.allSatisfy { $0 == 0xc3 })
    }

    @Test(
        arguments: [
            ("7f00-7f10 r-xp 00000000 fe:00 12          /usr/lib/a b.so", 0x7f00..<0x7f10),
            ("7f00-7f10 r--p 00000000 fe:00 12 /usr/lib/a.so", nil),
            ("7f00-7f10 rwxp 00000000 fe:00 12 /usr/lib/a.so", nil), ("7f00-7f10 r-xp 00000000 00:00 0 [vdso]", nil),
            ("7f00-7f10 r-xp 00000000 00:00 0", nil), ("7f10-7f00 r-xp 00000000 fe:00 12 /a", nil),
            ("7f00 r-xp 00000000 fe:00 12 /a", nil), ("", nil),
        ] as [(String, Range<UInt>?)])
    func onlyCodeOfFilesIsLetGo(line: String, expected: Range<UInt>?) {
        #expect(ProgramText.code(line[...]) == expected)
    }

    /// What of the mapping at an address this process has in RAM (proc_pid_smaps(5)).
    private static func residentKilobytes(at start: UnsafeMutableRawPointer) throws -> Int {
        let smaps = try FileDescriptor.contents(of: "/proc/self/smaps", limit: 16 << 20)
        let lines = String(decoding: smaps, as: UTF8.self).split(separator: "\n")
        let head = String(UInt(bitPattern: start), radix: 16) + "-"
        let mapping = try #require(lines.firstIndex { $0.hasPrefix(head) })
        let line = try #require(lines[mapping...].first { $0.hasPrefix("Rss:") })
        return try #require(line.split { !$0.isNumber }.first.flatMap { Int($0) })
    }

    /// Which pages of a mapping are in RAM (mincore(2)).
    private static func resident(_ start: UnsafeMutableRawPointer, _ length: Int) -> [Int] {
        var pages = [UInt8](repeating: 0, count: length / Int(getpagesize()))
        guard mincore(start, length, &pages) == 0 else { return [] }
        return pages.indices.filter { pages[$0] & 1 == 1 }
    }

    private static func kilobytes(_ key: String) throws -> Int {
        let status = try FileDescriptor.contents(of: "/proc/self/status", limit: 65536)
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(key + ":") }
        return try #require(line?.split { !$0.isNumber }.first.flatMap { Int($0) })
    }
}

@Suite struct MachineIdentityTests {
    @Test func theNodeNameIsThatOfUname() {
        var name = [CChar](repeating: 0, count: 256)
        #expect(gethostname(&name, 255) == 0)
        #expect(
            MachineIdentity.nodeName
                == String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        #expect(MachineIdentity.kernelRelease.first?.isNumber == true)
    }

    @Test func theBootIDIsAUUIDThatStays() throws {
        let id = try MachineIdentity.bootID()
        #expect(id.utf8.count == 36 && id.filter { $0 == "-" }.count == 4)
        #expect(try MachineIdentity.bootID() == id)
    }

    @Test(arguments: [0, 1, 16, 256, 257, 5000])
    func randomBytesAreAsManyAsAskedAndNotZero(count: Int) {
        let bytes = Random.bytes(count)
        #expect(bytes.count == count)
        if count >= 16 { #expect(bytes.suffix(16) != [UInt8](repeating: 0, count: 16)[...]) }
    }

    @Test func twoSeedsDiffer() {
        #expect(Random.seed() != Random.seed())
    }
}
