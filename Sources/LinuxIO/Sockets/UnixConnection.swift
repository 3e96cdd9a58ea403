import CLinux
import ClusterModel
import Glibc

/// A stream connection between processes of one machine.
package final class UnixConnection: StreamConnection {
    /// Who is at the other end, as the kernel knows it since the connection was made.
    package struct Credentials: Hashable, Sendable {
        package var process: Int32
        package var user: UInt32
        package var group: UInt32
    }

    init(accepted descriptor: consuming FileDescriptor, path: String, on loop: EventLoop) throws(SystemError) {
        try super.init(descriptor, peerName: path, isConnecting: false, on: loop)
    }

    /// Takes over a connected socket, e.g. one end of a pair.
    package init(adopting descriptor: consuming FileDescriptor, name: String, on loop: EventLoop) throws(SystemError) {
        try super.init(descriptor, peerName: name, isConnecting: false, on: loop)
    }

    /// Connects at once: a unix socket answers or refuses without waiting.
    ///
    /// - Throws: `ENOENT` or `ECONNREFUSED` where nobody listens; `EAGAIN` where the listener's queue is full.
    package static func connect(to path: String, on loop: EventLoop) throws(SystemError) -> UnixConnection {
        let descriptor = try Socket.make(AF_UNIX, Socket.stream)
        try UnixAddress.connect(descriptor.raw, path)
        return try UnixConnection(accepted: descriptor, path: path, on: loop)
    }

    /// The peer's process and user.
    package var credentials: Credentials {
        get throws(SystemError) {
            guard let number = socketNumber else {
                throw SystemError(errno: ENOTCONN, operation: "identify the peer of", subject: peerName)
            }
            var found = Credentials(process: 0, user: 0, group: 0)
            try SystemCall.run("identify the peer of", peerName) {
                clinux_peer_credentials(number, &found.process, &found.user, &found.group)
            }
            return found
        }
    }
}
