import Foundation
import Glibc
import Testing

@testable import SystemManager

@Suite struct ServiceNotifierTests {
    /// A supervisor's socket.
    private final class Supervisor {
        let descriptor: Int32
        let address: String
        private let folder: URL

        init(abstract: Bool) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("bascule-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.appendingPathComponent("notify").path
            address = abstract ? "@" + path : path
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            let bytes = (abstract ? [0] : []) + [UInt8](path.utf8)
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
            let result = withUnsafePointer(to: name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(2 + bytes.count))
                }
            }
            try #require(result == 0)
        }

        deinit {
            close(descriptor)
            do { try FileManager.default.removeItem(at: folder) } catch {}
        }

        func received() -> String? {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
        }
    }

    @Test(arguments: [false, true]) func theSupervisorHearsEachWord(abstract: Bool) throws {
        let supervisor = try Supervisor(abstract: abstract)
        let notifier = ServiceNotifier(address: supervisor.address, watchdogMicroseconds: nil, watchdogPID: nil)
        #expect(notifier.isSupervised)
        notifier.ready(status: "standby")
        #expect(supervisor.received() == "READY=1\nSTATUS=standby")
        notifier.status("serving\nREADY=1\r\nX=2")
        #expect(supervisor.received() == "STATUS=serving READY=1 X=2")
        notifier.alive()
        #expect(supervisor.received() == "WATCHDOG=1")
        notifier.extendTimeout(by: .seconds(9))
        #expect(supervisor.received() == "EXTEND_TIMEOUT_USEC=10000000")
        notifier.stopping(status: "handing over")
        #expect(supervisor.received() == "STOPPING=1\nSTATUS=handing over")
        #expect(supervisor.received() == nil)
    }

    @Test(arguments: [nil, "", "vsock:2:1234", "/nonexistent/notify", "/" + String(repeating: "x", count: 200)])
    func withoutAListenerNothingHappens(address: String?) {
        let notifier = ServiceNotifier(address: address, watchdogMicroseconds: nil, watchdogPID: nil)
        notifier.ready(status: "ready")
        notifier.alive()
    }

    @Test func aFullSocketNeverBlocksUs() throws {
        let supervisor = try Supervisor(abstract: true)
        let notifier = ServiceNotifier(address: supervisor.address, watchdogMicroseconds: nil, watchdogPID: nil)
        for _ in 0..<5000 { notifier.alive() }
        #expect(supervisor.received() == "WATCHDOG=1")
    }

    @Test func theWatchdogIsOnlyOursWhereItNamesUs() {
        func timeout(_ microseconds: Int64?, _ process: pid_t?) -> Duration? {
            ServiceNotifier(address: nil, watchdogMicroseconds: microseconds, watchdogPID: process).watchdogTimeout
        }
        #expect(timeout(3_000_000, nil) == .seconds(3))
        #expect(timeout(3_000_000, getpid()) == .seconds(3))
        #expect(timeout(3_000_000, getpid() + 1) == nil)
        #expect(timeout(0, nil) == nil)
        #expect(timeout(nil, nil) == nil)
    }
}
