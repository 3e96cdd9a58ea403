import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct UnixListenerTests {
    @Test func connectsAndKnowsThePeer() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        var server: UnixConnection?
        let listener = try UnixListener(path: scratch.path("control"), loop: loop) { server = $0 }
        let client = try UnixConnection.connect(to: listener.path, on: loop)
        client.send(Array("status\n".utf8))
        var received: [UInt8] = []
        #expect(
            try loop.run(
                until: {
                    received += server?.receive(limit: 100) ?? []
                    return received.count == 7
                }, within: .seconds(2)))
        let peer = try #require(try server?.credentials)
        #expect(peer.process == getpid())
        #expect(peer.user == getuid())
        server?.send([1])
        server?.closeWhenSent()
        var end: StreamConnection.End?
        client.onReadable = { _ = client.receive(limit: 10) }
        client.onEnd = { end = $0 }
        #expect(try loop.run(until: { end != nil && client.state == .closed }, within: .seconds(2)))
        #expect(end == .byPeer)
    }

    @Test func onlyTheOwnerMayConnectAndThePathGoesWithTheListener() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        let listener = try UnixListener(path: scratch.path("s"), loop: loop) { _ in }
        var facts = stat()
        #expect(lstat(listener.path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
        listener.close()
        #expect(lstat(listener.path, &facts) == -1)
    }

    @Test func aSocketLeftByADeadProcessIsReplaced() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        let dead = try Socket.make(AF_UNIX, Socket.stream)
        let number = dead.raw
        let form = try UnixAddress.form(scratch.path("s"))
        #expect(UnixAddress.lend(form) { bind(number, $0, $1) } == 0)
        _ = consume dead
        let listener = try UnixListener(path: scratch.path("s"), loop: loop) { _ in }
        _ = try UnixConnection.connect(to: listener.path, on: loop)
    }

    @Test func aLivingOwnerKeepsItsSocket() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        let first = try UnixListener(path: scratch.path("s"), loop: loop) { _ in }
        let error = #expect(throws: SystemError.self) { try UnixListener(path: scratch.path("s"), loop: loop) { _ in } }
        #expect(error?.errno == EADDRINUSE)
        _ = try UnixConnection.connect(to: first.path, on: loop)
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        _ = try FileDescriptor.open(scratch.path("f"), O_CREAT | O_WRONLY).raw
        let error = #expect(throws: SystemError.self) { try UnixListener(path: scratch.path("f"), loop: loop) { _ in } }
        #expect(error?.errno == EEXIST)
        var facts = stat()
        #expect(lstat(scratch.path("f"), &facts) == 0)
    }

    @Test func aPathTooLongForTheKernelIsAnError() throws {
        let loop = try EventLoop()
        let path = "/tmp/" + String(repeating: "x", count: 120)
        let error = #expect(throws: SystemError.self) { try UnixListener(path: path, loop: loop) { _ in } }
        #expect(error?.errno == ENAMETOOLONG)
    }
}
