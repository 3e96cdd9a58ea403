import ClusterModel
import Foundation
import Replication

@testable import WireFormat

/// A sparse file that plays the metadata device, for us and for the real drbdmeta; gone with its owner.
final class MetadataFile {
    struct Outcome {
        let status: Int32
        let output: String
        let complaints: String
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let layout: MetadataLayout
    private let path: String

    init(_ kind: MetadataKind, bytes: UInt64, ring: ActivityLogRing = .standard) throws {
        layout = try MetadataLayout(kind: kind, deviceBytes: bytes, ring: ring)
        path = NSTemporaryDirectory() + "bascule-metadata-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw Failed(description: "cannot create \(path)")
        }
        try open { try $0.truncate(atOffset: bytes) }
    }

    deinit {
        // Run without a minor, drbdmeta as root leaves a note of the device's size for minor -1.
        unlink("/var/lib/drbd/drbd-minor--1.lkbd")
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path): \(error)") }
    }

    /// Runs drbdmeta on the file.
    func drbdmeta(_ command: String...) throws -> Outcome {
        try run(command)
    }

    /// Runs drbdmeta, and throws where it fails.
    @discardableResult
    func demand(_ command: String...) throws -> String {
        let outcome = try run(command)
        guard outcome.status == 0 else {
            throw Failed(description: "drbdmeta \(command) ended with \(outcome.status): \(outcome.complaints)")
        }
        return outcome.output
    }

    private func run(_ command: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/drbdmeta")
        process.arguments = ["--force", "-", "v08", path, "\(layout.kind)"] + command
        process.environment = ["LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        let output = Pipe()
        // Complaints go to a file, so that neither stream can fill up while the other is read.
        let complaintsPath = path + ".err"
        guard FileManager.default.createFile(atPath: complaintsPath, contents: nil),
            let complaints = FileHandle(forWritingAtPath: complaintsPath)
        else { throw Failed(description: "cannot create \(complaintsPath)") }
        defer { unlink(complaintsPath) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try complaints.close()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
            complaints: try String(contentsOfFile: complaintsPath, encoding: .utf8))
    }

    /// The metadata area as it is now.
    func area() throws -> AreaImage {
        try open { file in
            let extent = AreaImage.extent(of: layout)
            try file.seek(toOffset: extent.offset)
            let data = try file.read(upToCount: Int(extent.length)) ?? Data()
            return AreaImage(layout: layout, bytes: [UInt8](data))
        }
    }

    func put(_ image: AreaImage) throws {
        try write(image.bytes, at: layout.area.offset)
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws {
        try open { file in
            try file.seek(toOffset: offset)
            try file.write(contentsOf: Data(bytes))
        }
    }

    func superblock() throws -> Superblock {
        try Superblock(decoding: area().superblockBytes)
    }

    func put(_ superblock: Superblock) throws {
        try write(superblock.encoded(), at: layout.superblockOffset)
    }

    /// Writes a text beside the image and gives its name to `body`.
    func withText<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let name = path + ".txt"
        defer { unlink(name) }
        try text.write(toFile: name, atomically: false, encoding: .utf8)
        return try body(name)
    }

    private func open<Result>(_ body: (FileHandle) throws -> Result) throws -> Result {
        guard let file = FileHandle(forUpdatingAtPath: path) else { throw Failed(description: "cannot open \(path)") }
        defer { file.closeFile() }
        return try body(file)
    }
}
