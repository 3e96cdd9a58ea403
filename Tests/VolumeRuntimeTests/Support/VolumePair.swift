import ClusterModel
import Control
import Glibc
import LinuxIO
import Testing

@testable import VolumeRuntime

/// Two real volume processes over the loopback interface, each with a disk of its own.
final class VolumePair {
    static let nodes: [NodeName] = ["serv-a", "serv-b"]

    let folder: TestFolder
    let loop: EventLoop
    private(set) var definition: VolumeDefinition
    let frontEnd: String
    private var processes: [NodeName: Tool] = [:]
    private var callers: [NodeName: EngineCaller] = [:]

    init(bytes: Int, frontEnd: VolumeProcess.FrontEndKind = .none, loop: EventLoop) throws {
        self.loop = loop
        self.frontEnd = frontEnd.rawValue
        folder = try TestFolder()
        let addresses = try Loopback.pair()
        definition = VolumeDefinition(
            name: "data", disk: .each(["serv-a": folder.file("serv-a.disk"), "serv-b": folder.file("serv-b.disk")]),
            address: ["serv-a": "\(addresses.low.own)", "serv-b": "\(addresses.high.own)"])
        for node in Self.nodes {
            _ = try folder.disk("\(node).disk", bytes: bytes)
            _ = try MetadataCreator.create(definition, node: node)
        }
    }

    deinit {
        // The tools die with their holders; what a front end left is taken away by hand.
        for node in Self.nodes {
            let mount = runDirectory(node) + "/volumes/data/fuse"
            umount2(mount, Int32(MNT_DETACH))
            rmdir(mount)
        }
        processes = [:]
        for node in Self.nodes {
            for name in ["nbd.sock", "control.sock", "nbdfuse.pid", "front-end.log"] {
                unlink(runDirectory(node) + "/volumes/data/" + name)
            }
            rmdir(runDirectory(node) + "/volumes/data")
            rmdir(runDirectory(node) + "/volumes")
            unlink(folder.file("\(node).dev/data"))
        }
    }

    func change(_ edit: (inout VolumeDefinition) -> Void) { edit(&definition) }

    func disk(_ node: NodeName) -> String { folder.file("\(node).disk") }

    func runDirectory(_ node: NodeName) -> String { folder.file("\(node).run") }

    func device(_ node: NodeName) -> String { folder.file("\(node).dev/data") }

    func nbd(_ node: NodeName) -> String { "nbd+unix:///data?socket=\(runDirectory(node))/volumes/data/nbd.sock" }

    // MARK: Processes

    func start(_ node: NodeName) throws {
        let orders = VolumeProcessHelper.Orders(
            volume: definition, node: node, runDirectory: runDirectory(node),
            deviceDirectory: folder.file("\(node).dev"), frontEnd: frontEnd)
        let process = try VolumeProcessHelper.start(orders, on: loop)
        processes[node] = process
        let socket = runDirectory(node) + "/volumes/data/control.sock"
        var caller: EngineCaller?
        let end = loop.now + .seconds(20)
        while caller == nil, process.exitCode == nil, loop.now < end {
            try loop.run(until: { false }, within: .milliseconds(10))
            caller = try? EngineCaller(socket, loop: loop)
        }
        guard let caller else { throw Tool.Failure(description: "the process does not start: \(process.output)") }
        callers[node] = caller
    }

    func startBoth() throws {
        for node in Self.nodes { try start(node) }
    }

    /// kill -9.
    func kill(_ node: NodeName) throws {
        let process = try #require(processes[node])
        Glibc.kill(process.process, SIGKILL)
        try loop.run(until: { process.exitCode != nil }, within: .seconds(5))
        processes[node] = nil
        callers[node] = nil
    }

    /// Ends the process in order; the exit code. Not by SIGTERM: the helper is a test program with threads of its own.
    func stop(_ node: NodeName) throws -> Int32? {
        let process = try #require(processes[node])
        try #require(callers[node]).send(.shutdown)
        try loop.run(until: { process.exitCode != nil }, within: .seconds(15))
        lastOutput = process.output
        processes[node] = nil
        callers[node] = nil
        return process.exitCode
    }

    private(set) var lastOutput = ""

    func output(_ node: NodeName) -> String { processes[node]?.output ?? "" }

    func processID(_ node: NodeName) throws -> pid_t { try #require(processes[node]).process }

    // MARK: Calls

    func call(_ node: NodeName, _ request: VolumeEngineRequest) throws -> VolumeEngineResponse {
        try #require(callers[node], "\(node) does not run").call(request)
    }

    func order(_ node: NodeName, _ order: VolumeOrder) throws {
        let answer = try call(node, .order(order))
        try #require(answer == .orderEnded(.done), "\(order) on \(node): \(answer)\n\(output(node))")
    }

    func status(_ node: NodeName) throws -> VolumeStatusDocument {
        guard case .status(let document) = try call(node, .status) else {
            throw Tool.Failure(description: "no status of \(node)")
        }
        return document
    }

    /// Waits for a state; the log of both is in the failure.
    func wait(
        _ node: NodeName, within limit: Duration = .seconds(20), until condition: (VolumeStatusDocument) -> Bool
    ) throws {
        let end = loop.now + limit
        var last = try status(node)
        while !condition(last) {
            guard loop.now < end else {
                throw Tool.Failure(
                    description:
                        "\(node) stays \(last.connection) \(last.role)/\(last.peerRole) \(last.disk)/\(last.peerDisk)"
                        + " \(last.reason)\n\(Self.nodes.map { output($0) }.joined(separator: "\n---\n"))")
            }
            try loop.run(until: { false }, within: .milliseconds(20))
            last = try status(node)
        }
    }

    /// Both up, serv-a primary, both copies UpToDate.
    func bringUp() throws {
        try startBoth()
        for node in Self.nodes { try wait(node) { $0.connection == .connected } }
        try order("serv-a", .declareUpToDate)
        try order("serv-a", .promote(.ordinary))
        try waitUntilEqual()
    }

    func waitUntilEqual(within limit: Duration = .seconds(30)) throws {
        for node in Self.nodes {
            try wait(node, within: limit) {
                $0.connection == .connected && $0.disk == .upToDate && $0.peerDisk == .upToDate
            }
        }
    }

    /// Whether both disks hold the same data.
    func areEqual() throws -> Bool {
        let size = try status("serv-a").size ?? 0
        return try Tool.outcome(["cmp", "-n", "\(size)", disk("serv-a"), disk("serv-b")], on: loop).code == 0
    }

    func drbdmeta(_ node: NodeName, _ command: String...) throws -> String {
        try Tool.run(["drbdmeta", "--force", "-", "v08", disk(node), "internal"] + command, on: loop)
    }

    // MARK: Content

    /// A file of random bytes from a seed.
    func content(seed: UInt64, bytes: Int) throws -> String {
        let path = folder.file("content")
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_TRUNC)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<(bytes >> 20) {
            let words = (0..<(1 << 17)).map { _ in generator.next() }
            _ = try words.withUnsafeBytes { try file.write($0) }
        }
        return path
    }

    /// Writes random bytes to the start of the volume through a real NBD client.
    func fill(_ node: NodeName, seed: UInt64, bytes: Int = 8 << 20) throws {
        try Tool.run(["nbdcopy", "--flush", try content(seed: seed, bytes: bytes), nbd(node)], on: loop)
    }
}
