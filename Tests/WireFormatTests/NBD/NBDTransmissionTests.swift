import ClusterModel
import Testing
import WireFormat

struct NBDTransmissionTests {
    private static let export = NBDExport(name: "disk", size: 1 << 20)

    @Test func requestsAreAsTheProtocolLaysThemOut() throws {
        let request = NBDRequest(
            command: .writeZeroes, flags: [.fua, .noHole], cookie: 0x0102_0304_0506_0708, offset: 512, length: 4096)
        #expect(request.encoded() == hex("25609513 0003 0006 0102030405060708 0000000000000200 00001000"))
        #expect(try NBDRequest(request.encoded()[...]) == request)
    }

    @Test(arguments: 0...9 as ClosedRange<UInt16>)
    func everyCommandReturns(number: UInt16) throws {
        let request = NBDRequest(command: NBDCommand(rawValue: number), cookie: 7, offset: 1, length: 9)
        #expect(request.command.rawValue == number)
        #expect(try NBDRequest(request.encoded()[...]) == request)
        #expect(request.payloadBytes == (number == 1 ? 9 : 0))
    }

    @Test func everyTruncatedLengthIsRefused() {
        let request = NBDRequest(command: .read, cookie: 1).encoded()
        for length in 0..<request.count { #expect(throws: WireError.self) { try NBDRequest(request.prefix(length)) } }
        let reply = NBDSimpleReply(cookie: 1).encoded()
        for length in 0..<reply.count { #expect(throws: WireError.self) { try NBDSimpleReply(reply.prefix(length)) } }
    }

    @Test func wrongMagicIsRefused() {
        #expect(throws: WireError.badMagic("NBD request", 0)) {
            try NBDRequest([UInt8](repeating: 0, count: NBDRequest.size)[...])
        }
    }

    @Test func repliesAreAsTheProtocolLaysThemOut() throws {
        #expect(NBDSimpleReply(cookie: 0xaabb).encoded() == hex("67446698 00000000 000000000000aabb"))
        for error in NBDErrorNumber.allCases {
            let reply = NBDSimpleReply(cookie: 3, error: error)
            #expect(try NBDSimpleReply(reply.encoded()[...]) == reply)
        }
        #expect(try NBDSimpleReply(hex("67446698 00000063 0000000000000001")[...]).error == .invalid)
    }

    /// Command, flags, offset, length, and the error an export of 1 MiB answers.
    private static let checks: [(NBDCommand, NBDCommandFlags, UInt64, UInt32, NBDErrorNumber?)] = [
        (.read, [], 0, 512, nil),
        (.read, .fua, 0, 512, nil),
        (.read, .noHole, 0, 512, .invalid),
        (.read, [], (1 << 20) - 512, 512, nil),
        (.read, [], (1 << 20) - 512, 1024, .invalid),
        (.read, [], .max - 511, 512, .invalid),
        (.read, [], 0, 0, .invalid),
        (.read, [], 0, 513, .invalid),
        (.read, [], 1, 512, .invalid),
        (.read, [], 0, (32 << 20) + 512, .overflow),
        (.write, [], 0, 512, nil),
        (.write, .fua, 0, 512, nil),
        (.write, [], 1 << 20, 512, .noSpace),
        (.write, .fastZero, 0, 512, .invalid),
        (.trim, [], 0, 1 << 20, nil),
        (.trim, [], 512, 1 << 20, .noSpace),
        (.writeZeroes, [.fua, .noHole], 0, 1 << 20, nil),
        (.writeZeroes, .fastZero, 0, 512, .invalid),
        (.writeZeroes, [], 512, 1 << 20, .noSpace),
        (.cache, [], 0, 512, nil),
        (.cache, [], 1 << 20, 512, .invalid),
        (.flush, [], 0, 0, nil),
        (.flush, [], 0, 512, .invalid),
        (.disconnect, [], 9, 9, nil),
        (.blockStatus, [], 0, 512, .invalid),
        (.unknown(8), [], 0, 512, .invalid),
    ]

    @Test func requestsAreCheckedAgainstTheExport() {
        for (command, flags, offset, length, error) in Self.checks {
            let request = NBDRequest(command: command, flags: flags, cookie: 0, offset: offset, length: length)
            #expect(request.refusal(by: Self.export) == error, "\(request)")
        }
    }

    @Test(arguments: [NBDCommand.write, .trim, .writeZeroes])
    func readOnlyExportsTakeNoWrites(command: NBDCommand) {
        let export = NBDExport(name: "disk", size: 4096, flags: .readOnly)
        #expect(NBDRequest(command: command, cookie: 0, length: 512).refusal(by: export) == .notPermitted)
    }

    @Test func randomRequestsNeverTrap() {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<5000 {
            let bytes = hex("25609513") + (0..<24).map { _ in UInt8.random(in: 0...255, using: &generator) }
            guard let request = try? NBDRequest(bytes[...]) else { continue }
            if request.refusal(by: Self.export) == nil, request.command != .disconnect {
                #expect(request.range.end <= Self.export.size)
            }
        }
    }
}
