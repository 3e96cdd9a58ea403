import ClusterModel
import Configuration
import Testing

@Suite struct ImportFuzzTests {
    static let pieces = [
        " ", "\n", "::", ";", "{", "}", "\\\n", "#", "\"", "/", ",", "\0", "\r\n", "é", "[0]", "node x\n",
        "on serv-a {",
        "serv-b ", "/dev/drbd0", "ucast eth0 192.0.2.1\n", "volume 1 {", "99999999999999999999", "-1", "serial ",
    ]

    /// The fixtures with bytes changed, pieces put in, parts cut out and doubled.
    static func mutate(_ text: String, with generator: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let length = min(Int.random(in: 0...12, using: &generator), bytes.count - place)
            switch Int.random(in: 0...3, using: &generator) {
            case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(place..<place + length)
            case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            default: bytes.insert(contentsOf: Array((pieces.randomElement(using: &generator) ?? "").utf8), at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func noFileHoldsOrBreaksTheImport() throws {
        var generator = SeededGenerator(seed: 0xF022)
        let names = ["ha.cf", "haresources", "authkeys", "drbd.conf"]
        let originals = try names.map { try PaperFiles.input($0) }
        for _ in 0..<70 {
            let files = originals.map { ImportInput(file: $0.file, text: Self.mutate($0.text, with: &generator)) }
            let result = Importer.run(haCF: files[0], haresources: files[1], authkeys: files[2], drbdConf: files[3])
            for note in result.notes {
                #expect(note.sentence.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }, "\(note)")
                #expect(note.place.line <= files.map { $0.text.utf8.count }.reduce(0, +))
            }
            // What passes the check is exactly what was imported; what does not says why.
            let reading = result.reading
            #expect(reading.definition == nil || reading.definition == result.definition)
            #expect((reading.definition == nil) == !reading.errors.isEmpty)
        }
    }

    @Test(arguments: ["ha.cf", "haresources", "authkeys", "drbd.conf"])
    func everyTruncationOfAFileIsRead(name: String) throws {
        let text = try PaperFiles.input(name).text
        for length in 0...text.utf8.count {
            let cut = ImportInput(file: name, text: String(decoding: text.utf8.prefix(length), as: UTF8.self))
            let result = Importer.run(
                haCF: name == "ha.cf" ? cut : nil, haresources: name == "haresources" ? cut : nil,
                authkeys: name == "authkeys" ? cut : nil, drbdConf: name == "drbd.conf" ? cut : nil)
            #expect(result.definition.nodes.count <= 2)
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [":: ", "eth0 ", "bcast e\n", "a::b ", "resource r { } ", "{", "\"", "node x\n"])
    func aHugeFileOfOneWordIsReadInBoundedTime(word: String) {
        let text = String(repeating: word, count: 30_000 / word.utf8.count)
        let input = ImportInput(file: "x", text: text)
        let result = Importer.run(haCF: input, haresources: input, authkeys: input, drbdConf: input)
        #expect(!result.notes.isEmpty)
        let larger = ImportInput(file: "x", text: String(repeating: text, count: 10))
        let refused = Importer.run(haCF: larger, haresources: larger, authkeys: larger, drbdConf: larger)
        #expect(
            refused.notes.contains {
                $0.description == "x: dropped: The file has \(larger.text.utf8.count) bytes and was not read."
            })
    }
}
