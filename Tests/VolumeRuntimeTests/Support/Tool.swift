import CLinux
import ClusterModel
import Glibc
import LinuxIO

/// A real program that runs beside the loop under test.
final class Tool {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let process: pid_t
    private let pidfd: FileDescriptor
    private let outputPath: String
    private let loop: EventLoop
    private var registration: Registration?
    private(set) var exitCode: Int32?

    /// Starts a program found in the usual folders.
    init(_ arguments: [String], environment: [String] = [], loop: EventLoop) throws {
        self.loop = loop
        outputPath = TestFolder.path(of: "output")
        let sink = try FileDescriptor.open(outputPath, O_RDWR | O_CREAT | O_TRUNC)
        let null = try FileDescriptor.open("/dev/null", O_RDONLY)
        process = try Self.start(arguments, environment, null.raw, sink.raw)
        let number = clinux_pidfd_open(process)
        guard number >= 0 else { throw Failure(description: "\(arguments[0]) cannot be watched") }
        pidfd = FileDescriptor(owning: number)
        registration = try loop.register(pidfd.raw, for: .readable) { [weak self] _ in self?.reap() }
    }

    deinit {
        if exitCode == nil {
            kill(process, SIGKILL)
            var code: Int32 = 0
            while clinux_pidfd_reap(pidfd.raw, &code) == 0 { usleep(1000) }
        }
        if let registration { loop.unregister(registration) }
        unlink(outputPath)
    }

    /// What it wrote so far, standard error included.
    var output: String {
        guard let file = try? FileDescriptor.open(outputPath, O_RDONLY), let bytes = try? file.readAll(limit: 1 << 20)
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func start(
        _ arguments: [String], _ more: [String], _ input: Int32, _ output: Int32
    ) throws -> pid_t {
        let path = ["", "/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"].map { $0 + arguments[0] }.first {
            access($0, X_OK) == 0
        }
        guard let path else { throw Failure(description: "\(arguments[0]) is not installed; run scripts/setup") }
        let settings = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/root"] + more
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) }
        pointers.append(nil)
        environment.append(nil)
        defer {
            for pointer in pointers { free(pointer) }
            for pointer in environment { free(pointer) }
        }
        let process = path.withCString { path in
            pointers.withUnsafeMutableBufferPointer { arguments in
                environment.withUnsafeMutableBufferPointer { environment in
                    var what = clinux_spawn(
                        path: path, arguments: arguments.baseAddress, environment: environment.baseAddress,
                        directory: nil, input: input, output: output, error: output,
                        parent_death_signal: Int32(SIGKILL))
                    return withUnsafePointer(to: &what) { clinux_spawn($0) }
                }
            }
        }
        guard process > 0 else { throw Failure(description: "\(arguments[0]) does not start: errno \(errno)") }
        return process
    }

    private func reap() {
        var code: Int32 = 0
        let how = clinux_pidfd_reap(pidfd.raw, &code)
        guard how > 0 else { return }
        exitCode = how == 1 ? code : 128 + code
        if let registration { loop.unregister(registration) }
        registration = nil
    }

    /// Runs a program to its end beside the loop; its output. Throws where it fails or takes too long.
    @discardableResult
    static func run(_ arguments: [String], on loop: EventLoop, within limit: Duration = .seconds(30)) throws -> String {
        let tool = try Tool(arguments, loop: loop)
        try loop.run(until: { tool.exitCode != nil }, within: limit)
        guard tool.exitCode == 0 else {
            throw Failure(
                description: "\(arguments.joined(separator: " ")): exit \(tool.exitCode ?? -1): \(tool.output)")
        }
        return tool.output
    }

    /// As `run`, for programs that are expected to fail: exit code and output.
    static func outcome(
        _ arguments: [String], on loop: EventLoop, within limit: Duration = .seconds(30)
    ) throws -> (code: Int32?, output: String) {
        let tool = try Tool(arguments, loop: loop)
        try loop.run(until: { tool.exitCode != nil }, within: limit)
        return (tool.exitCode, tool.output)
    }
}
