import ClusterModel
import Testing

@testable import Replication

/// Words for tests: a scene reads as what happens.
extension EnginePair {
    /// Both engines run with fresh disks, node 0 was declared the good copy, and everything is resynchronised.
    static func inSync(
        seed: UInt64 = 1, settings: VolumeSettings = VolumeSettings(), deviceBytes: UInt64 = EnginePair.defaultDevice
    ) throws -> EnginePair {
        let pair = try EnginePair(seed: seed, settings: settings, deviceBytes: deviceBytes)
        try pair.start(0)
        try pair.start(1)
        pair.run()
        try pair.obey(0, .declareUpToDate)
        pair.expectInSync()
        return pair
    }

    /// As `inSync`, and node 0 is primary.
    static func serving(
        seed: UInt64 = 1, settings: VolumeSettings = VolumeSettings(), deviceBytes: UInt64 = EnginePair.defaultDevice
    ) throws -> EnginePair {
        let pair = try inSync(seed: seed, settings: settings, deviceBytes: deviceBytes)
        try pair.obey(0, .promote(.ordinary))
        return pair
    }

    /// Gives an order, runs, and demands that it is done.
    func obey(_ node: Int, _ order: VolumeOrder, _ location: SourceLocation = #_sourceLocation) throws {
        let id = self.order(node, order)
        run()
        let result = try #require(nodes[node].orderResults[id], "\(order) is not answered", sourceLocation: location)
        #expect(result == .done, "\(order)", sourceLocation: location)
    }

    /// Gives an order and demands that it is refused; returns the reason.
    @discardableResult
    func refused(_ node: Int, _ order: VolumeOrder, _ location: SourceLocation = #_sourceLocation) throws -> String {
        let id = self.order(node, order)
        run()
        let result = try #require(nodes[node].orderResults[id], "\(order) is not answered", sourceLocation: location)
        guard case .refused(let reason) = result else {
            Issue.record("\(order) was done", sourceLocation: location)
            return ""
        }
        return reason
    }

    static func range(_ block: UInt64, _ count: UInt64 = 1) -> ByteRange {
        ByteRange(offset: block * TestDisk.block, length: count * TestDisk.block)
    }

    @discardableResult
    func write(_ node: Int, _ block: UInt64, _ tokens: [UInt64], fua: Bool = false) -> RequestID {
        request(node, .write(Self.range(block, UInt64(tokens.count)), fua: fua), tokens: tokens)
    }

    @discardableResult
    func flush(_ node: Int) -> RequestID { request(node, .flush) }

    /// Reads and runs; nil where that failed.
    func read(_ node: Int, _ block: UInt64, _ count: UInt64 = 1) -> [UInt64]? {
        let id = request(node, .read(Self.range(block, count)))
        run()
        return nodes[node].readContents[id]
    }

    func isAnswered(_ node: Int, _ id: RequestID) -> Bool { nodes[node].results[id] != nil }

    func expectSuccess(_ node: Int, _ id: RequestID, _ location: SourceLocation = #_sourceLocation) {
        #expect(nodes[node].results[id] == .success, sourceLocation: location)
    }

    func expectState(
        _ node: Int, _ connection: ConnectionState, _ disk: DiskState, _ peerDisk: DiskState,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let state = nodes[node].state
        #expect(state?.connection == connection, "node \(node)", sourceLocation: location)
        #expect(state?.disk == disk, "node \(node)", sourceLocation: location)
        #expect(state?.peerDisk == peerDisk, "node \(node)", sourceLocation: location)
    }

    /// Connected, both current, both disks equal, no bit set.
    func expectInSync(_ location: SourceLocation = #_sourceLocation) {
        for node in 0...1 {
            expectState(node, .connected, .upToDate, .upToDate, location)
            #expect(nodes[node].report.outOfSyncBytes == 0, "node \(node)", sourceLocation: location)
        }
        expectEqualDisks(location)
        let generations = nodes.map { $0.engine?.generations }
        #expect(
            generations[0]?.current.matches(generations[1]?.current ?? .none) == true, sourceLocation: location)
        #expect(generations[0]?.bitmap == GenerationUUID.none, sourceLocation: location)
        #expect(generations[1]?.bitmap == GenerationUUID.none, sourceLocation: location)
    }

    var differingBlocks: [UInt64] {
        let size = max(nodes[0].deviceBytes, nodes[1].deviceBytes)
        return nodes[0].disk.usedBlocks.union(nodes[1].disk.usedBlocks).sorted().filter {
            $0 * TestDisk.block < size && nodes[0].disk[$0] != nodes[1].disk[$0]
        }
    }

    func expectEqualDisks(_ location: SourceLocation = #_sourceLocation) {
        #expect(differingBlocks.isEmpty, "blocks differ", sourceLocation: location)
    }

    /// Bytes of resync data and of mirrored data a node has sent so far.
    func sentBytes(_ node: Int, _ isCounted: (PeerPacket) -> Bool) -> Int {
        nodes[node].sent.filter(isCounted).reduce(0) { $0 + $1.payloadBytes }
    }

    func resyncBytes(_ node: Int) -> Int {
        sentBytes(node) { if case .resyncDataReply = $0 { true } else { false } }
    }
}

extension VolumeEngine {
    /// For tests that compare the generations of both nodes.
    var generations: GenerationUUIDs? { local?.generations }
}
