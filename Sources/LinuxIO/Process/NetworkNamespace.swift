import CLinux
import Glibc

/// A network of its own. Sockets stay for life in the namespace in which they were made, so only making them, and
/// starting programs, has to happen inside. Used by tests and the lab, never by the product.
package struct NetworkNamespace: ~Copyable {
    private let descriptor: FileDescriptor

    /// Makes a new, empty network with its loopback up.
    package init() throws(SystemError) {
        descriptor = try Self.make()
    }

    private static func make() throws(SystemError) -> FileDescriptor {
        let outside = try current()
        try SystemCall.run("make a network namespace") { clinux_unshare(clinux_CLONE_NEWNET) }
        do {
            let made = try current()
            try NetworkInterface.bringUp("lo")
            try enter(outside)
            return made
        } catch {
            try enter(outside)
            throw error
        }
    }

    /// A path by which other programs find the namespace while this value lives, e.g. for `ip link set … netns`.
    package var path: String { "/proc/\(getpid())/fd/\(descriptor.raw)" }

    /// Runs the body with the calling thread inside. The body must not change threads.
    package borrowing func inside<Answer>(_ body: () throws -> Answer) throws -> Answer {
        let outside = try Self.current()
        try Self.enter(descriptor)
        let result = Result { try body() }
        do {
            try Self.enter(outside)
        } catch {
            preconditionFailure("a thread is lost in a foreign network namespace: \(error)")
        }
        return try result.get()
    }

    private static func current() throws(SystemError) -> FileDescriptor {
        try FileDescriptor.open("/proc/thread-self/ns/net", O_RDONLY)
    }

    private static func enter(_ namespace: borrowing FileDescriptor) throws(SystemError) {
        let number = namespace.raw
        try SystemCall.run("enter a network namespace") { clinux_setns(number, clinux_CLONE_NEWNET) }
    }
}
