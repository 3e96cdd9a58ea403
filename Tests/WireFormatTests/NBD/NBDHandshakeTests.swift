import ClusterModel
import Testing
import WireFormat

struct NBDHandshakeTests {
    private static let disk = NBDExport(name: "disk", size: 1 << 30)
    private static let other = NBDExport(name: "other", size: 4096, flags: [.readOnly])

    private func handshake() -> NBDServerHandshake {
        NBDServerHandshake(exports: [Self.disk, Self.other])
    }

    /// A handshake that has taken the client's flags.
    private func negotiating(flags: NBDClientFlags = [.fixedNewstyle, .noZeroes]) -> NBDServerHandshake {
        var handshake = handshake()
        let step = handshake.receive([0, 0, 0, UInt8(flags.rawValue)])
        #expect(step.reply.isEmpty && step.outcome == nil)
        return handshake
    }

    /// All replies in the bytes of a step, which must be replies to the end.
    private func replies(_ bytes: [UInt8]) throws -> [NBDOptionReply] {
        var rest = bytes[...]
        var replies: [NBDOptionReply] = []
        while !rest.isEmpty {
            let (reply, size) = try #require(try NBDOptionReply.first(in: rest))
            replies.append(reply)
            rest = rest.dropFirst(size)
        }
        return replies
    }

    @Test func greetingIsFixedNewstyleWithoutZeroes() throws {
        #expect(handshake().greeting == hex("4e42444d41474943 49484156454f5054 0003"))
        #expect(try NBDGreeting(handshake().greeting[...]).flags == [.fixedNewstyle, .noZeroes])
        for length in 0..<NBDGreeting.size {
            #expect(throws: WireError.self) { try NBDGreeting(handshake().greeting.prefix(length)) }
        }
    }

    @Test func goChoosesAnExportAndTellsItsBlockSizes() throws {
        var handshake = negotiating()
        let request = NBDOptionRequest(.go, data: NBDInfoRequest(name: "disk").encoded())
        let step = handshake.receive(request.encoded())
        #expect(step.outcome == .chosen(Self.disk, unread: []))
        #expect(
            try replies(step.reply) == [
                NBDOptionReply(option: 7, type: .info, data: hex("0000 0000000040000000 006d")),
                NBDOptionReply(option: 7, type: .info, data: hex("0003 00000200 00001000 02000000")),
                NBDOptionReply(option: 7, type: .ack),
            ])
    }

    @Test func requestsSentEarlyAreNotLost() {
        var handshake = negotiating()
        let go = NBDOptionRequest(.go, data: NBDInfoRequest(name: "").encoded()).encoded()
        let request = NBDRequest(command: .flush, cookie: 1).encoded()
        #expect(handshake.receive(go + request).outcome == .chosen(Self.disk, unread: request))
    }

    @Test func infoTellsButDoesNotChoose() throws {
        var handshake = negotiating()
        let data = NBDInfoRequest(name: "other", wanted: [1, 2, 77]).encoded()
        let step = handshake.receive(NBDOptionRequest(.info, data: data).encoded())
        #expect(step.outcome == nil)
        #expect(try replies(step.reply).map(\.type) == [.info, .info, .info, .info, .ack])
    }

    @Test func unknownExportsAreRefusedAndTheTalkGoesOn() throws {
        var handshake = negotiating()
        let unknown = NBDOptionRequest(.go, data: NBDInfoRequest(name: "nothing").encoded())
        let step = handshake.receive(unknown.encoded())
        #expect(try replies(step.reply).map(\.type) == [.errorUnknown])
        #expect(step.outcome == nil)
        let go = NBDOptionRequest(.go, data: NBDInfoRequest(name: "other").encoded())
        #expect(handshake.receive(go.encoded()).outcome == .chosen(Self.other, unread: []))
    }

    @Test(arguments: [3, 4, 5, 8, 9, 10, 11, 99] as [UInt32])
    func whatIsNotOfferedIsRefused(number: UInt32) throws {
        var handshake = negotiating()
        let step = handshake.receive(NBDOptionRequest(number: number, data: [1, 2, 3]).encoded())
        let expected: NBDReplyType = number == 3 ? .errorInvalid : .errorUnsupported
        #expect(try replies(step.reply).map(\.type) == [expected])
        #expect(try replies(step.reply).first?.option == number)
        #expect(step.outcome == nil)
    }

    @Test func listNamesAllExports() throws {
        var handshake = negotiating()
        let step = handshake.receive(NBDOptionRequest(.list).encoded())
        #expect(
            try replies(step.reply) == [
                NBDOptionReply(option: 3, type: .server, data: hex("00000004") + Array("disk".utf8)),
                NBDOptionReply(option: 3, type: .server, data: hex("00000005") + Array("other".utf8)),
                NBDOptionReply(option: 3, type: .ack),
            ])
    }

    @Test func abortIsAcknowledged() throws {
        var handshake = negotiating()
        let step = handshake.receive(NBDOptionRequest(.abort).encoded())
        #expect(try replies(step.reply) == [NBDOptionReply(option: 2, type: .ack)])
        #expect(step.outcome == .aborted)
    }

    @Test(
        arguments: [([.fixedNewstyle], 134), ([.fixedNewstyle, .noZeroes], 10), ([], 134)] as [(NBDClientFlags, Int)])
    func theOldWayOfChoosingHasItsZeroes(flags: NBDClientFlags, length: Int) {
        var handshake = negotiating(flags: flags)
        let step = handshake.receive(NBDOptionRequest(.exportName, data: Array("disk".utf8)).encoded())
        #expect(step.reply.count == length)
        #expect(step.reply.prefix(10) == hex("0000000040000000 006d")[...])
        #expect(step.outcome == .chosen(Self.disk, unread: []))
    }

    @Test func unknownNamesTheOldWayCloseTheConnection() {
        var handshake = negotiating()
        let step = handshake.receive(NBDOptionRequest(.exportName, data: Array("nothing".utf8)).encoded())
        #expect(step.reply.isEmpty)
        #expect(step.outcome == .failed(.unexpected("NBD export name that is not offered, length", 7)))
    }

    @Test func whatLeavesNoCommonNextByteFails() {
        var unknownFlags = handshake()
        #expect(unknownFlags.receive([0, 0, 0, 4]).outcome == .failed(.badValue("NBD client flags", 4)))
        var wrongMagic = negotiating()
        #expect(wrongMagic.receive([UInt8](repeating: 1, count: 16)).outcome != nil)
        var oldClient = negotiating(flags: [])
        #expect(oldClient.receive(NBDOptionRequest(.list).encoded()).outcome != nil)
        var hugeOption = negotiating()
        let header = NBDOptionRequest(.go).encoded().dropLast(4) + hex("00100001")
        #expect(hugeOption.receive(header).outcome == .failed(.badLength("NBD option 7", (1 << 20) + 1)))
    }

    @Test func largeOptionsAreSkippedAndRefused() throws {
        var handshake = negotiating()
        let large = NBDOptionRequest(.go, data: [UInt8](repeating: 0x55, count: 100_000)).encoded()
        var reply: [UInt8] = []
        for start in stride(from: 0, to: large.count, by: 997) {
            reply += handshake.receive(large[start..<min(start + 997, large.count)]).reply
        }
        #expect(try replies(reply).map(\.type) == [.errorTooBig])
        #expect(handshake.receive(NBDOptionRequest(.abort).encoded()).outcome == .aborted)
    }

    @Test func endlessOptionsEndTheConnection() {
        var handshake = negotiating()
        let option = NBDOptionRequest(.list).encoded()
        for _ in 0..<NBDServerHandshake.optionCountLimit { #expect(handshake.receive(option).outcome == nil) }
        #expect(handshake.receive(option).outcome != nil)
    }

    @Test func chunksOfAnySizeGiveTheSameReplies() {
        let go = NBDOptionRequest(.go, data: NBDInfoRequest(name: "disk", wanted: [3, 1]).encoded())
        let talk =
            hex("00000003") + NBDOptionRequest(.list).encoded() + NBDOptionRequest(.structuredReply).encoded()
            + go.encoded()
        var whole = handshake()
        let expected = whole.receive(talk)
        for size in 1...talk.count {
            var handshake = handshake()
            var reply: [UInt8] = []
            for start in stride(from: 0, to: talk.count, by: size) {
                let step = handshake.receive(talk[start..<min(start + size, talk.count)])
                reply += step.reply
                let isLast = start + size >= talk.count
                #expect(step.outcome == (isLast ? .chosen(Self.disk, unread: []) : nil))
            }
            #expect(reply == expected.reply)
        }
    }

    @Test func malformedInfoDataAreRefusedAtEveryLength() throws {
        let data = NBDInfoRequest(name: "disk", wanted: [3]).encoded()
        for length in 0..<data.count {
            var handshake = negotiating()
            let step = handshake.receive(NBDOptionRequest(.info, data: Array(data.prefix(length))).encoded())
            #expect(try replies(step.reply).map(\.type) == [.errorInvalid])
        }
        #expect(throws: WireError.surplus(1)) { try NBDInfoRequest(data + [0]) }
        #expect(throws: WireError.self) { try NBDInfoRequest(hex("00000001 ff 0000")) }
        #expect(throws: WireError.badLength("NBD export name", 4097)) { try NBDInfoRequest(hex("00001001 00")) }
    }

    @Test func noiseNeverTraps() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            var handshake = negotiating()
            var talk = NBDOptionRequest(number: .random(in: 0...12, using: &generator), data: []).encoded().dropLast(4)
            let length = UInt8.random(in: 0...40, using: &generator)
            talk += [0, 0, 0, length] + (0..<length).map { _ in UInt8.random(in: 0...9, using: &generator) }
            #expect(handshake.receive(talk).reply.count < 1000)
        }
    }
}
