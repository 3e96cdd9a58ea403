import Glibc

@testable import LinuxIO

/// Programs of the machine that tests lean on.
enum Tool {
    /// Runs a program to its end; a failure is an error with what the program said.
    static func run(_ path: String, _ arguments: String...) throws {
        let loop = try EventLoop()
        var result: ChildProcess.Result?
        try ChildProcess.start(
            .init(path, arguments, output: .capture, error: .capture, timeout: .seconds(20)), on: loop
        ) { result = $0 }
        try loop.run(until: { result != nil }, within: .seconds(30))
        guard let result, result.outcome == .exited(0) else {
            throw ToolFailure(description: "\(path) \(arguments): \(String(describing: result))")
        }
    }
}

struct ToolFailure: Error, CustomStringConvertible {
    var description: String
}
