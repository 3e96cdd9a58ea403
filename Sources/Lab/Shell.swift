import Glibc

/// Runs other programs for the lab: the test world is made with the same tools a person would use.
///
/// Output goes to files, and only the program itself is waited for: what it leaves running in the background must not
/// hold the lab up.
package enum Shell {
    package struct Failure: Error, CustomStringConvertible {
        package let command: [String]
        package let status: Int32
        package let output: String
        package var description: String {
            "`\(command.joined(separator: " "))` ended with \(status): \(output.suffix(2000))"
        }
    }

    package struct Result {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// Runs a program to its end and gives its output whatever its exit status.
    package static func attempt(_ command: [String], environment: [String: String] = [:]) throws -> Result {
        let output = try TemporaryFile()
        let errors = try TemporaryFile()
        defer {
            output.remove()
            errors.remove()
        }
        let program = try start(command, output: output.path, errors: errors.path, environment: environment)
        let status = program.wait()
        return Result(status: status, output: output.content(), errors: errors.content())
    }

    /// Runs a program that has to succeed; gives its standard output.
    @discardableResult package static func run(_ command: [String]) throws -> String {
        let result = try attempt(command)
        guard result.status == 0 else {
            throw Failure(command: command, status: result.status, output: result.output + result.errors)
        }
        return result.output
    }

    /// Starts a program in the background with its output appended to files.
    package static func start(
        _ command: [String], output: String, errors: String? = nil, environment: [String: String] = [:]
    ) throws -> Program {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errors ?? output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        return Program(pid: try spawn(command, &actions, &attributes, environment))
    }

    private static func spawn(
        _ command: [String], _ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t,
        _ changes: [String: String]
    ) throws -> pid_t {
        let arguments = ["/usr/bin/env"] + changes.map { "\($0.key)=\($0.value)" }.sorted() + command
        var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { list.forEach { free($0) } }
        var pid: pid_t = 0
        let error = posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, &list, environ)
        guard error == 0 else { throw LabError("cannot start \(command.joined(separator: " ")): errno \(error)") }
        return pid
    }
}

/// A program that the lab started.
package final class Program {
    package let pid: pid_t
    private var status: Int32?

    init(pid: pid_t) {
        self.pid = pid
    }

    /// Waits for the end; exit status, or 128 + signal.
    @discardableResult package func wait() -> Int32 {
        while status == nil { check(0) }
        return status ?? 0
    }

    package var isRunning: Bool {
        if status == nil { check(WNOHANG) }
        return status == nil
    }

    private func check(_ options: Int32) {
        var raw: Int32 = 0
        let answer = waitpid(pid, &raw, options)
        if answer == pid {
            status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
        } else if answer < 0 && errno != EINTR {
            status = 127
        }
    }
}

/// A file that takes one program's output.
private struct TemporaryFile {
    let path: String

    init() throws {
        var template = Array("/tmp/bascule-shell-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw LabError("cannot make a temporary file: errno \(errno)") }
        close(descriptor)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func content() -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    func remove() { unlink(path) }
}
