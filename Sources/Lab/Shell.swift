import Foundation

/// Runs other programs for the lab: the test world is made with the same tools a person would use.
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

    /// Runs a program to its end and gives its output whatever its exit status. Output goes through files, so that a
    /// background child that keeps the descriptors open cannot hold us.
    package static func attempt(_ command: [String], environment: [String: String] = [:]) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bascule-shell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a leftover of a few bytes in the temporary folder
        let output = folder.appendingPathComponent("output")
        let errors = folder.appendingPathComponent("errors")
        let process = try start(command, output: output.path, errors: errors.path, environment: environment)
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
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
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try appending(output)
        process.standardError = try errors.map(appending) ?? process.standardOutput
        try process.run()
        return process
    }

    private static func appending(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(fileURLWithPath: path))
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        return handle
    }
}
