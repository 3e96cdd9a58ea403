import CLinux
import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct ProcessSetupTests {
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
        let status = try FileDescriptor.contents(of: "/proc/self/status", limit: 65536)
        let locked = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmLck") }
        let size = locked?.split { !$0.isNumber }.first.flatMap { Int($0) }
        #expect((size ?? 0) > 1000)
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
