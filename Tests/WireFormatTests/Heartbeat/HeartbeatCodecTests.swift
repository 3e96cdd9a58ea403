import ClusterModel
import Testing
import WireFormat

struct HeartbeatCodecTests {
    @Test(arguments: HeartbeatSamples.all)
    func comesBackAsItWent(_ beat: Heartbeat) throws {
        let bytes = try HeartbeatCodec.encode(beat)
        #expect(bytes.count <= HeartbeatCodec.maximumSize)
        #expect(try HeartbeatCodec.decode(bytes[...]) == beat)
    }

    @Test func hasTheBytesThatTheFormatSays() throws {
        let beat = Heartbeat(
            cluster: "c", sender: "a", boot: 1, incarnation: 2, sequence: 300, configuration: 3, phase: .active,
            epoch: Epoch(4), groups: [GroupReport(group: "g", phase: .serving, wish: .takeIt, epoch: Epoch(4))],
            volumes: [
                VolumeBeat(
                    volume: "v",
                    report: VolumeReport(
                        isPrimary: true, copy: .upToDate, peerCopy: .outdated, replication: .connected, generation: 5,
                        outOfSyncBytes: 128))
            ], hears: ["l"], heard: HeardMark(incarnation: 6, sequence: 7, ageMicroseconds: 8), reachesPingNode: true,
            outdateRequests: ["v"])
        let expected: [UInt8] =
            [0x42, 0x41, 0x53, 0x43, 1]  // magic, version
            + [0, 0, 0, 0, 0, 0, 0, 1]  // boot
            + [0, 0, 0, 0, 0, 0, 0, 2]  // incarnation
            + [0, 0, 0, 0, 0, 0, 0, 3]  // configuration
            + [1, 7]  // phase, flags
            + [0xac, 0x02, 4]  // sequence, epoch
            + [1, 0x63, 1, 0x61]  // cluster, sender
            + [0, 0, 0, 0, 0, 0, 0, 6, 7, 0, 0, 0, 8]  // heard
            + [1, 1, 0x67, 0x52, 4]  // groups
            + [1, 1, 0x76, 0x35, 0x12, 0, 0, 0, 0, 0, 0, 0, 5, 0x80, 0x01]  // volumes
            + [1, 1, 0x6c]  // hears
            + [1, 1, 0x76]  // outdate requests
        #expect(try HeartbeatCodec.encode(beat) == expected)
    }

    @Test(arguments: HeartbeatSamples.all)
    func everyTruncationIsRefused(_ beat: Heartbeat) throws {
        let bytes = try HeartbeatCodec.encode(beat)
        for length in bytes.indices {
            #expect(throws: WireError.self) { try HeartbeatCodec.decode(bytes.prefix(length)) }
        }
    }

    @Test func bytesAfterTheEndAreRefused() throws {
        let bytes = try HeartbeatCodec.encode(HeartbeatSamples.small) + [0]
        #expect(throws: WireError.surplus(1)) { try HeartbeatCodec.decode(bytes[...]) }
    }

    @Test func anotherVersionIsNamed() throws {
        var bytes = try HeartbeatCodec.encode(HeartbeatSamples.small)
        bytes[4] = 2
        #expect(throws: WireError.badValue("heartbeat version", 2)) { try HeartbeatCodec.decode(bytes[...]) }
    }

    @Test func moreThanTheLimitIsNotEvenLookedAt() {
        let bytes = [UInt8](repeating: 0x42, count: HeartbeatCodec.maximumSize + 1)
        #expect(throws: WireError.badLength("heartbeat", 480)) { try HeartbeatCodec.decode(bytes[...]) }
    }

    @Test func whatDecodesFromNoiseEncodesToTheSameBytes() throws {
        var random = SeededGenerator(seed: 4)
        let samples = try HeartbeatSamples.all.map { try HeartbeatCodec.encode($0) }
        var understood = 0
        for round in 0..<20_000 {
            var bytes = samples[round % samples.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                let beat = try HeartbeatCodec.decode(bytes[...])
                understood += 1
                #expect(try HeartbeatCodec.encode(beat) == bytes)
            } catch is WireError {}
        }
        #expect(understood > 100)
    }

    @Test func pureNoiseIsRefused() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...500, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(throws: WireError.self) { try HeartbeatCodec.decode(bytes[...]) }
        }
    }

    @Test func tooMuchToSayIsAnErrorThatSaysWhatToDo() {
        var beat = HeartbeatSamples.small
        beat.volumes = (0..<20).map {
            VolumeBeat(volume: VolumeName(unchecked: "volume-number-\($0)"), report: .init())
        }
        #expect(throws: HeartbeatCodec.EncodingError.self) { try HeartbeatCodec.encode(beat) }
        beat.volumes = []
        beat.cluster = String(repeating: "x", count: 64)
        #expect(throws: HeartbeatCodec.EncodingError.textTooLong(beat.cluster)) { try HeartbeatCodec.encode(beat) }
    }

    @Test(arguments: [(UInt64(0), 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (.max, 10)])
    func variableNumbersTakeAsManyBytesAsTheyNeed(_ number: UInt64, _ size: Int) throws {
        var writer = ByteWriter()
        writer.writeVariable(number)
        #expect(writer.bytes.count == size)
        var reader = ByteReader(writer.bytes)
        #expect(try reader.readVariable() == number)
    }

    @Test(arguments: [
        [UInt8](repeating: 0xff, count: 10), [0x80, 0x00], [UInt8](repeating: 0x80, count: 9) + [0x02], [],
    ])
    func variableNumbersOfAnotherFormAreRefused(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: WireError.self) { try reader.readVariable() }
    }

    @Test func theLargestSizeIsReallyTheLargest() throws {
        var definition = ClusterDefinition(name: "office", nodes: [.init(name: "serv-a"), .init(name: "serv-b")])
        definition.links = [.init(name: "lan", kind: .serial(.init(device: .both("x"))))]
        definition.volumes = [.init(name: "data", disk: .both("x"), address: [:])]
        definition.groups = [.init(name: "web", preferred: "serv-a", resources: [])]
        let report = VolumeReport(generation: .max, outOfSyncBytes: .max)
        let beat = Heartbeat(
            cluster: "office", sender: "serv-a", boot: .max, incarnation: .max, sequence: .max, configuration: .max,
            phase: .active, epoch: Epoch(.max), groups: [GroupReport(group: "web", epoch: Epoch(.max))],
            volumes: [VolumeBeat(volume: "data", report: report)], hears: ["lan"],
            heard: HeardMark(incarnation: .max, sequence: .max, ageMicroseconds: .max), outdateRequests: ["data"])
        #expect(try HeartbeatCodec.encode(beat).count == HeartbeatCodec.largestSize(for: definition))
    }
}

enum HeartbeatSamples {
    static let small = Heartbeat(
        cluster: "demo", sender: "serv-a", boot: 7, incarnation: 8, sequence: 1, configuration: 9, phase: .starting)

    static let all: [Heartbeat] = [small, full] + phases + volumes

    private static let full = Heartbeat(
        cluster: "Büro", sender: "serv-b.example", boot: .max, incarnation: 1_700_000_000_000_000_000,
        sequence: 1 << 40, configuration: 0xdead_beef, phase: .leaving, epoch: Epoch(77),
        groups: [
            GroupReport(group: "web", phase: .serving, epoch: Epoch(77)),
            GroupReport(group: "mail", phase: .stuck, wish: .giveItToMe, isAble: false, epoch: Epoch(3)),
            GroupReport(group: "files", phase: .claiming, wish: .takeIt, epoch: Epoch(78)),
        ],
        volumes: [
            VolumeBeat(volume: "data", report: VolumeReport(isPrimary: true, copy: .upToDate, isFrozen: true)),
            VolumeBeat(volume: "mail", report: VolumeReport(copy: .inconsistent, outOfSyncBytes: 1 << 40)),
        ],
        hears: ["lan", "direct", "null-modem"],
        heard: HeardMark(incarnation: 12, sequence: 34, ageMicroseconds: 56), reachesPingNode: false,
        outdateRequests: ["data"])

    private static let phases = [NodePhase.starting, .active, .leaving, .left].map { phase in
        var beat = small
        beat.phase = phase
        return beat
    }

    private static let volumes = [
        VolumeReport.Replication.standAlone, .disconnected, .connected, .resyncSource, .resyncTarget,
    ].map { replication in
        var beat = small
        beat.volumes = [VolumeBeat(volume: "v", report: VolumeReport(replication: replication, isSplitBrain: true))]
        return beat
    }
}
