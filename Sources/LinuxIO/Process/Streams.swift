import ClusterModel
import Glibc

/// The three descriptors that a child is started with, and our ends of its pipes until they are taken.
final class Streams {
    private let null: FileDescriptor
    private let command: ChildProcess.Command
    private var childInput: FileDescriptor?
    private var childOutput: FileDescriptor?
    private var childError: FileDescriptor?
    private var ourInput: FileDescriptor?
    private var ourOutput: FileDescriptor?
    private var ourError: FileDescriptor?

    init(_ command: ChildProcess.Command) throws(SystemError) {
        self.command = command
        null = try FileDescriptor.open("/dev/null", O_RDWR)
        if case .bytes = command.input { try Self.connect(reading: &childInput, writing: &ourInput, child: .reads) }
        if command.output == .capture { try Self.connect(reading: &ourOutput, writing: &childOutput, child: .writes) }
        if command.error == .capture { try Self.connect(reading: &ourError, writing: &childError, child: .writes) }
    }

    private enum Side {
        case reads
        case writes
    }

    private static func connect(
        reading: inout FileDescriptor?, writing: inout FileDescriptor?, child: Side
    ) throws(SystemError) {
        let pipe = try Pipe()
        // Programs expect a waiting descriptor; only our end must not wait.
        let number = child == .reads ? pipe.reading.raw : pipe.writing.raw
        try SystemCall.run("make a pipe blocking") { fcntl(number, F_SETFL, 0) }
        reading = try pipe.reading.duplicate()
        writing = try pipe.writing.duplicate()
    }

    /// The child's standard input.
    var input: Int32 {
        switch command.input {
        case .none: null.raw
        case .inherited: STDIN_FILENO
        case .bytes: childInput?.raw ?? null.raw
        case .descriptor(let number): number
        }
    }

    /// The child's standard output.
    var output: Int32 { number(command.output, childOutput?.raw, STDOUT_FILENO) }

    /// The child's standard error.
    var error: Int32 { number(command.error, childError?.raw, STDERR_FILENO) }

    private func number(_ output: ChildProcess.Output, _ pipe: Int32?, _ ours: Int32) -> Int32 {
        switch output {
        case .discarded: null.raw
        case .inherited: ours
        case .capture: pipe ?? null.raw
        case .descriptor(let number): number
        }
    }

    func takeOutput(on loop: EventLoop) throws(SystemError) -> Capture? {
        guard let end = ourOutput.take() else { return nil }
        return try Capture(end, limit: ChildProcess.captureLimit, on: loop)
    }

    func takeError(on loop: EventLoop) throws(SystemError) -> Capture? {
        guard let end = ourError.take() else { return nil }
        return try Capture(end, limit: ChildProcess.captureLimit, on: loop)
    }

    func takeFeed(on loop: EventLoop) throws(SystemError) -> Feed? {
        guard case .bytes(let bytes) = command.input, let end = ourInput.take() else { return nil }
        return try Feed(end, bytes, on: loop)
    }
}
