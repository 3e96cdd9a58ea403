import ClusterModel
import Replication
import Testing
import WireFormat

struct BitmapTransferTests {
    /// What a receiver makes of packets: the words it merged into, or the error.
    private func receive(_ packets: [PeerPacket], bitCount: UInt64) throws -> [UInt64] {
        var words = [UInt64](repeating: 0, count: Int((bitCount + 63) / 64))
        var receiver = BitmapReceiver(bitCount: bitCount)
        for packet in packets {
            switch try piece(of: packet, for: &receiver) {
            case .words(let first, let more):
                for (index, word) in more.enumerated() { words[first + index] |= word }
            case .runs(let runs):
                for bit in runs.joined() { words[Int(bit / 64)] |= 1 << (bit % 64) }
            }
        }
        #expect(receiver.isComplete)
        return words
    }

    private func piece(of packet: PeerPacket, for receiver: inout BitmapReceiver) throws -> BitmapReceiver.Piece {
        switch packet {
        case .bitmap(let packet): try receiver.receive(packet)
        case .compressedBitmap(let packet): try receiver.receive(packet)
        default: throw WireError.unexpected("\(packet.command)", 0)
        }
    }

    private func send(_ words: [UInt64], bitCount: UInt64, compress: Bool) -> [PeerPacket] {
        var sender = BitmapSender(bitCount: bitCount, compress: compress)
        var packets: [PeerPacket] = []
        while let packet = sender.next(in: words) { packets.append(packet) }
        return packets
    }

    /// The bits each transfer of the vectors is of.
    private func words(ofTransfer name: String, bitCount: UInt64) throws -> [UInt64] {
        let ones: [UInt64] =
            switch name {
            case "all clear": []
            case "all set": Array(0..<51189)
            case "a few runs": Array(0..<10) + Array(100..<200) + Array(4096..<5120) + [51188]
            case "starts clear": [1, 3, 4] + Array(900..<1000)
            case "every second bit: plain and the empty end": Array(stride(from: 0, to: 4096, by: 2))
            case "one bit": [0]
            case "noise after a long run": Array(stride(from: 30005, to: 38005, by: 2))
            default: try #require(nil, "unknown transfer \(name)")
            }
        var words = [UInt64](repeating: 0, count: Int((bitCount + 63) / 64))
        for bit in ones { words[Int(bit / 64)] |= 1 << (bit % 64) }
        return words
    }

    @Test func transfersOfTheVectorsAreWhatWeSendAndUnderstand() throws {
        for transfer in try WireVectors.runLengths().transfers {
            let words = try words(ofTransfer: transfer.name, bitCount: transfer.bits)
            let sent = send(words, bitCount: transfer.bits, compress: true)
            #expect(sent.map { "\($0.command)" } == transfer.packets.map(\.packet), "\(transfer.name)")
            #expect(
                sent.map { Array($0.encoded().dropFirst(16)) } == transfer.packets.map { hex($0.payload) },
                "\(transfer.name)")
            #expect(try receive(sent, bitCount: transfer.bits) == words, "\(transfer.name)")
        }
    }

    @Test func codeWordsOfTheVectorsAreUnderstood() throws {
        for word in try WireVectors.runLengths().code_words {
            var code = [UInt8](repeating: 0, count: (word.bits + 7) / 8)
            for (index, digit) in word.code_least_bit_first.enumerated() where digit == "1" {
                code[index / 8] |= 1 << UInt8(index % 8)
            }
            let packet = CompressedBitmapPacket(
                firstRunIsSet: true, unusedBits: UInt8(code.count * 8 - word.bits), code: code)
            var receiver = BitmapReceiver(bitCount: word.run)
            #expect(try receiver.receive(packet) == .runs([0..<word.run]))
            #expect(receiver.isComplete)
        }
    }

    @Test(arguments: [1, 63, 64, 65, 1000, 32640, 32641, 100_000] as [UInt64], [false, true])
    func bitmapsOfEveryDensityArrive(bitCount: UInt64, compress: Bool) throws {
        var generator = SeededGenerator(seed: bitCount)
        for runLimit in [1, 2, 8, 300, 40_000] as [UInt64] {
            let words = randomWords(bitCount: bitCount, longestRun: runLimit, using: &generator)
            let packets = send(words, bitCount: bitCount, compress: compress)
            #expect(packets.allSatisfy { $0.encoded().count <= 4096 })
            #expect(try receive(packets, bitCount: bitCount) == words)
        }
    }

    private func randomWords(
        bitCount: UInt64, longestRun: UInt64, using generator: inout SeededGenerator
    ) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: Int((bitCount + 63) / 64))
        var bit: UInt64 = 0
        var value = Bool.random(using: &generator)
        while bit < bitCount {
            let end = min(bitCount, bit + .random(in: 1...longestRun, using: &generator))
            if value { for one in bit..<end { words[Int(one / 64)] |= 1 << (one % 64) } }
            bit = end
            value.toggle()
        }
        return words
    }

    @Test func bitsBeyondTheLastAreNotSent() {
        let packets = send([.max], bitCount: 5, compress: false)
        #expect(packets == [.bitmap(BitmapPacket(words: [0x1f])), .bitmap(BitmapPacket(words: []))])
    }

    @Test func plainAfterRunLengthsRestartsAtTheWord() throws {
        var receiver = BitmapReceiver(bitCount: 200)
        _ = try receiver.receive(CompressedBitmapPacket(firstRunIsSet: false, unusedBits: 1, code: [0b0000_0001]))
        // Code words 100, 00, 00: runs of 3, 1 and 1 bits, so the position is 5 and the next words begin with word 0.
        #expect(try receiver.receive(BitmapPacket(words: [1, 2, 3, 4])) == .words(first: 0, [1, 2, 3, 4]))
        #expect(!receiver.isComplete)
        _ = try receiver.receive(BitmapPacket(words: []))
        #expect(receiver.isComplete)
    }

    @Test func plainPacketsOfAnyOtherLengthAreRefused() {
        for count in [0, 1, 509, 511] {
            var receiver = BitmapReceiver(bitCount: 100_000)
            #expect(throws: BitmapTransferError.wrongWordCount(found: count, wanted: 510)) {
                _ = try receiver.receive(BitmapPacket(words: [UInt64](repeating: 0, count: count)))
            }
        }
    }

    @Test func runsBeyondTheEndAreRefused() {
        var receiver = BitmapReceiver(bitCount: 7)
        let packet = CompressedBitmapPacket(firstRunIsSet: true, unusedBits: 3, code: [0b11011])
        #expect(throws: BitmapTransferError.runBeyondEnd(start: 0, length: 8, bitCount: 7)) {
            _ = try receiver.receive(packet)
        }
    }

    @Test func cutCodeWordsAreRefused() {
        for (code, unused) in [([0xff], 0), ([0xff], 3), ([0b1], 7), ([0x7f, 0xc4, 0xa6], 0)] as [([UInt8], UInt8)] {
            var receiver = BitmapReceiver(bitCount: 1 << 40)
            #expect(throws: BitmapTransferError.cutCodeWord(atBit: 0)) {
                _ = try receiver.receive(CompressedBitmapPacket(firstRunIsSet: true, unusedBits: unused, code: code))
            }
        }
    }

    @Test func nothingIsTakenAfterTheEnd() throws {
        var receiver = BitmapReceiver(bitCount: 1)
        _ = try receiver.receive(CompressedBitmapPacket(firstRunIsSet: true, unusedBits: 6, code: [0]))
        #expect(throws: BitmapTransferError.afterEnd) { _ = try receiver.receive(BitmapPacket(words: [])) }
    }

    @Test func randomCodeNeverTraps() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            var receiver = BitmapReceiver(bitCount: .random(in: 1...(1 << 48), using: &generator))
            let code = (0..<Int.random(in: 1...64, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let packet = CompressedBitmapPacket(
                firstRunIsSet: true, unusedBits: .random(in: 0..<8, using: &generator), code: code)
            if case .runs(let runs)? = try? receiver.receive(packet) { #expect(runs.count <= code.count * 4) }
        }
    }
}
