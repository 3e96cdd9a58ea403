import ClusterModel
import Glibc
import LinuxIO

/// What a script writes, standard output and error in one pipe so that their order stays.
///
/// A script may leave a daemon behind that goes on writing. If nobody read any more it would block, and if the pipe were
/// closed it would be killed by SIGPIPE at its next word; so the pipe is read until everybody closed it, the loop keeps this
/// object so long, and late words are handed on line by line.
final class ScriptOutput {
    /// Kept for the report.
    static let bytesMax = 64 * 1024
    /// A line that is longer is cut into several.
    static let lineBytesMax = 500
    static let linesMax = 100

    private let loop: EventLoop
    private let onLateLine: (String) -> Void
    private let reading: FileDescriptor
    private var writing: FileDescriptor?
    private var registration: Registration?
    private var collected: [UInt8] = []
    private var isLate = false

    init(on loop: EventLoop, onLateLine: @escaping (String) -> Void) throws(SystemError) {
        self.loop = loop
        self.onLateLine = onLateLine
        let pipe = try Pipe()
        reading = try pipe.reading.duplicate()
        writing = try pipe.writing.duplicate()
        // Programs expect a descriptor that waits; only our end must not.
        let number = pipe.writing.raw
        try SystemCall.run("make a pipe blocking") { fcntl(number, F_SETFL, 0) }
        registration = try loop.register(reading.raw, for: .readable) { [self] _ in read() }
    }

    /// The end to start the script with; valid until `began`.
    var childEnd: Int32 {
        guard let number = writing?.raw else { preconditionFailure("the script's end was given away already") }
        return number
    }

    /// The script has its own copy now, or will never have one.
    func began() { writing = nil }

    /// The script has ended: what it wrote, of which the last is kept.
    func finish() -> [UInt8] {
        read()
        isLate = true
        defer { collected = [] }
        return collected.suffix(Self.bytesMax)
    }

    private func read() {
        var chunk = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<32 where registration != nil {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(reading.raw, $0.baseAddress, $0.count) }
            if count == -1 && (errno == EAGAIN || errno == EINTR) { return }
            guard count > 0 else { return end() }
            take(chunk[..<count])
        }
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        collected += bytes
        if !isLate {
            if collected.count > 2 * Self.bytesMax { collected.removeFirst(collected.count - Self.bytesMax) }
            return
        }
        while let line = collected.firstIndex(of: 10)
            ?? (collected.count >= Self.lineBytesMax ? Self.lineBytesMax : nil)
        {
            for text in Self.lines(of: collected[..<line]) { onLateLine(text) }
            collected.removeFirst(min(line + 1, collected.count))
        }
    }

    private func end() {
        if isLate {
            for text in Self.lines(of: collected[...]) { onLateLine(text) }
            collected = []
        }
        if let registration { loop.unregister(registration) }
        registration = nil
    }

    /// Printable lines, the last of them: control bytes would play with whoever reads the log.
    static func lines(of bytes: ArraySlice<UInt8>) -> [String] {
        let lines = bytes.split(separator: 10).flatMap { line in
            stride(from: line.startIndex, to: line.endIndex, by: lineBytesMax).map { start in
                line[start..<min(start + lineBytesMax, line.endIndex)]
            }
        }
        return lines.suffix(linesMax).compactMap { line in
            let printable = line.filter { $0 != 13 }.map { $0 < 0x20 && $0 != 9 || $0 == 0x7f ? UInt8(ascii: "?") : $0 }
            return printable.isEmpty ? nil : String(decoding: printable, as: UTF8.self)
        }
    }
}
