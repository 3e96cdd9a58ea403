import ClusterModel
import Testing
import WireFormat

struct NeighbourMessageTests {
    private let mac: MACAddress
    private let stranger: MACAddress
    private let address: IPv6Address

    init() throws {
        mac = try #require(MACAddress("52:54:00:12:34:56"))
        stranger = try #require(MACAddress("52:54:00:99:99:99"))
        address = try #require(IPv6Address("2001:db8::1234:5678"))
    }

    /// The checksums of the expected bytes were computed apart from this code.
    @Test func probesComeFromNowhereAndGoToTheGroup() {
        let frame = AddressFrames.probe(for: address, from: mac)
        let expected = hex(
            "3333ff345678 525400123456 86dd"
                + "60000000 0018 3a ff 00000000000000000000000000000000 ff0200000000000000000001ff345678"
                + "87 00 8d96 00000000 20010db8000000000000000012345678")
        #expect(frame == expected)
        #expect(AddressFrames.claim(to: address, in: frame[...]) == AddressClaim(kind: .wants, mac: mac))
    }

    @Test func announcementsOverrideWhatOthersRemember() {
        let frames = AddressFrames.announcements(of: address, at: mac)
        let expected = hex(
            "333300000001 525400123456 86dd"
                + "60000000 0020 3a ff 20010db8000000000000000012345678 ff020000000000000000000000000001"
                + "88 00 a318 20000000 20010db8000000000000000012345678 02 01 525400123456")
        #expect(frames == [expected])
        #expect(AddressFrames.claim(to: address, in: expected[...]) == AddressClaim(kind: .has, mac: mac))
    }

    @Test func theHardwareAddressIsTheOptionsOrTheFrames() throws {
        var message = NeighbourMessage.announcement(of: address, at: mac)
        #expect(message.claim(to: address, from: stranger)?.mac == mac)
        message.mac = nil
        let frame = message.multicastFrame(from: stranger)
        #expect(AddressFrames.claim(to: address, in: frame[...]) == AddressClaim(kind: .has, mac: stranger))
    }

    @Test func whoAsksInTheNameOfTheAddressHasIt() throws {
        let other = try #require(IPv6Address("2001:db8::2"))
        let question = NeighbourMessage(
            kind: .solicitation, source: address, destination: other.solicitedNodeGroup, target: other, mac: stranger)
        #expect(question.claim(to: address, from: stranger) == AddressClaim(kind: .has, mac: stranger))
        // Whoever looks for the address says nothing about who has it.
        let search = NeighbourMessage(
            kind: .solicitation, source: other, destination: address.solicitedNodeGroup, target: address, mac: stranger)
        #expect(search.claim(to: address, from: stranger) == nil)
        #expect(NeighbourMessage.probe(for: other).claim(to: address, from: stranger) == nil)
    }

    @Test(arguments: [
        NeighbourMessage.Kind.solicitation, .advertisement(isRouter: true, isSolicited: false, overrides: false),
        .advertisement(isRouter: false, isSolicited: true, overrides: true),
    ])
    func framesReturn(kind: NeighbourMessage.Kind) throws {
        let message = NeighbourMessage(
            kind: kind, source: address, destination: .allNodes, target: address, mac: stranger)
        let padded = message.multicastFrame(from: mac) + [0, 0, 0]
        #expect(try NeighbourMessage(frame: padded[...]) == message)
    }

    @Test func everyTruncatedLengthIsRefused() {
        let frame = NeighbourMessage.announcement(of: address, at: mac).multicastFrame(from: mac)
        for length in 0..<frame.count {
            #expect(throws: WireError.self) { try NeighbourMessage(frame: frame.prefix(length)) }
        }
    }

    /// All bytes from the IPv6 addresses on are under the checksum; before them type, version, length, next header and hop
    /// limit are checked.
    @Test func everyChangedByteIsNoticed() {
        let frame = NeighbourMessage.announcement(of: address, at: mac).multicastFrame(from: mac)
        for index in frame.indices where index >= 12 && !(15...17).contains(index) {
            var changed = frame
            changed[index] ^= 0x40
            #expect(throws: WireError.self, "byte \(index)") { try NeighbourMessage(frame: changed[...]) }
        }
    }

    @Test func optionsOfLengthZeroAreRefused() throws {
        var frame = NeighbourMessage.announcement(of: address, at: mac).multicastFrame(from: mac)
        frame[frame.count - 7] = 0
        #expect(throws: WireError.badLength("option 2 of a neighbour message", 0)) {
            try NeighbourMessage(frame: frame[...])
        }
    }

    @Test func randomFramesNeverTrap() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<5000 {
            var frame = NeighbourMessage.announcement(of: address, at: mac).multicastFrame(from: mac)
            for _ in 0..<3 {
                frame[.random(in: 12..<frame.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            frame.removeLast(.random(in: 0...frame.count, using: &generator))
            if let message = try? NeighbourMessage(frame: frame[...]) { #expect(message.target == address) }
        }
    }
}
