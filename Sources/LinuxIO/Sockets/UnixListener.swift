import CLinux
import ClusterModel
import Glibc

/// Waits for connections at a path that only its owner may reach.
package final class UnixListener {
    package let path: String
    private let acceptor: Acceptor
    private let inode: UInt64
    private var isClosed = false

    /// Binds the path. A socket file left by a process that is gone is replaced.
    ///
    /// The mode says who may connect. Fails with `EADDRINUSE` where a living process listens there; `EEXIST` where
    /// something else has the name.
    package init(
        path: String, mode: mode_t = 0o600, loop: EventLoop, _ handler: @escaping (UnixConnection) -> Void
    ) throws(SystemError) {
        let descriptor = try Socket.make(AF_UNIX, Socket.stream)
        try Self.removeStale(path)
        let number = descriptor.raw
        // Set before the bind, so that there is no moment with a laxer mode.
        try SystemCall.run("set the mode of", path) { fchmod(number, mode) }
        let form = try UnixAddress.form(path)
        try SystemCall.run("listen at", path) { UnixAddress.lend(form) { bind(number, $0, $1) } }
        self.path = path
        inode = Self.inode(of: path)
        acceptor = try Acceptor(descriptor, on: loop) { [unowned loop] descriptor, _ in
            do {
                handler(try UnixConnection(accepted: descriptor, path: path, on: loop))
            } catch {
                // The loop cannot watch one more descriptor; dropping the connection tells the peer.
            }
        }
    }

    deinit { close() }

    /// Stops listening and removes the path, unless a successor has taken it over.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        acceptor.close()
        if Self.inode(of: path) == inode { unlink(path) }
    }

    private static func inode(of path: String) -> UInt64 {
        var facts = stat()
        return lstat(path, &facts) == 0 ? UInt64(facts.st_ino) : 0
    }

    private static func removeStale(_ path: String) throws(SystemError) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFSOCK else {
            throw SystemError(
                errno: EEXIST, operation: "listen at", subject: path,
                advice: "something that is no socket has this name")
        }
        let probe = try Socket.make(AF_UNIX, Socket.stream)
        do {
            try UnixAddress.connect(probe.raw, path)
        } catch  where error.errno == ECONNREFUSED || error.errno == ENOENT {
            unlink(path)
            return
        }
        throw SystemError(
            errno: EADDRINUSE, operation: "listen at", subject: path, advice: "another process serves this socket")
    }
}
