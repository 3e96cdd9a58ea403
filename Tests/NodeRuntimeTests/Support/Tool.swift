import ClusterModel
import LinuxIO

/// Programs of the machine that tests lean on.
enum Tool {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs a program to its end, in the network namespace of the calling thread.
    static func run(_ path: String, _ arguments: String...) throws {
        let loop = try EventLoop()
        var result: ChildProcess.Result?
        try ChildProcess.start(
            .init(path, arguments, output: .capture, error: .capture, timeout: .seconds(20)), on: loop
        ) { result = $0 }
        try loop.run(until: { result != nil }, within: .seconds(30))
        guard let result, result.outcome == .exited(0) else {
            let text = String(decoding: result?.error ?? [], as: UTF8.self)
            throw Failure(description: "\(path) \(arguments.joined(separator: " ")): \(text)")
        }
    }

    static func ip(_ arguments: String...) throws {
        let loop = try EventLoop()
        var result: ChildProcess.Result?
        try ChildProcess.start(
            .init("/sbin/ip", arguments, error: .capture, timeout: .seconds(20)), on: loop
        ) { result = $0 }
        try loop.run(until: { result != nil }, within: .seconds(30))
        guard let result, result.outcome == .exited(0) else {
            let text = String(decoding: result?.error ?? [], as: UTF8.self)
            throw Failure(description: "ip \(arguments.joined(separator: " ")): \(text)")
        }
    }
}
