import ClusterModel
import Foundation
import Testing
import WireFormat

/// Clients of others against our side of the protocol. Needs libnbd's tools (Debian: libnbd-bin) and fails without them.
struct NBDClientTests {
    private func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        try #require(FileManager.default.isExecutableFile(atPath: tool), "\(tool) is missing: install libnbd-bin")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["20", tool] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test func nbdinfoUnderstandsWhatWeOffer() throws {
        let server = try MemoryNBDServer(export: NBDExport(name: "disk", size: 8 << 20))
        defer { server.stop() }
        let info = try run("/usr/bin/nbdinfo", ["nbd+unix:///disk?socket=\(server.path)"])
        #expect(info.status == 0, "\(info.output)")
        for line in [
            "protocol: newstyle-fixed", "export-size: 8388608", "can_fua: true", "can_flush: true", "can_trim: true",
            "can_zero: true", "is_read_only: false", "block_size_minimum: 512", "block_size_preferred: 4096",
        ] {
            #expect(info.output.contains(line), "\(line) in \(info.output)")
        }
        let list = try run("/usr/bin/nbdinfo", ["--list", "nbd+unix:///?socket=\(server.path)"])
        #expect(list.status == 0 && list.output.contains("export=\"disk\""), "\(list.output)")
        #expect(try run("/usr/bin/nbdinfo", ["nbd+unix:///other?socket=\(server.path)"]).status == 1)
    }

    @Test func nbdcopyBringsDataThereAndBack() throws {
        let server = try MemoryNBDServer(export: NBDExport(name: "disk", size: 8 << 20))
        defer { server.stop() }
        let file = NSTemporaryDirectory() + "bascule-nbd-\(UUID().uuidString.prefix(8))"
        defer { for name in [file, file + ".back"] { try? FileManager.default.removeItem(atPath: name) } }
        var generator = SeededGenerator(seed: 1)
        // A hole in the middle, so that zeroes are written as such.
        let noise = (0..<(3 << 20) / 8).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        let content = Data(noise + [UInt8](repeating: 0, count: 2 << 20) + noise)
        try content.write(to: URL(fileURLWithPath: file))
        let uri = "nbd+unix:///disk?socket=\(server.path)"
        let there = try run("/usr/bin/nbdcopy", ["--connections=1", "--flush", file, uri])
        #expect(there.status == 0, "\(there.output)")
        let back = try run("/usr/bin/nbdcopy", ["--connections=1", uri, file + ".back"])
        #expect(back.status == 0, "\(back.output)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file + ".back")) == content)
    }
}
