import ClusterModel
import Testing

struct AddressTextTests {
    @Test(arguments: ["0.0.0.0", "192.0.2.1", "255.255.255.255", "10.0.0.200"])
    func addressesOfFourBytesReturn(text: String) throws {
        let address = try #require(IPv4Address(text))
        #expect(address.description == text)
        #expect(IPv4Address(bytes: address.bytes) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.00", "1..3.4", " 1.2.3.4", "1.2.3.4/24", "1.2.3.-4",
        "+1.2.3.4",
        "1.2.3.1000", "a.b.c.d", "٣.2.3.4", ".1.2.3.4",
    ])
    func otherTextIsNoIPv4Address(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    /// Text, and the one form it prints as (RFC 5952, sections 4 and 5).
    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8::1", "2001:db8::1"),
        ("2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("fe80::200:5aee:feaa:20a2", "fe80::200:5aee:feaa:20a2"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("ff02::1:ff00:0", "ff02::1:ff00:0"),
    ])
    func addressesOfSixteenBytesPrintInOneForm(text: String, form: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == form)
        #expect(IPv6Address(form) == address)
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::1::", ":1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:",
        "12345::", "g::", "::1%eth0", "::1/64", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "::1.2.3", "::1.2.3.4:5",
        "1:2:3:4::5:6:7:8",
        "[::1]", "::+1", "0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0",
    ])
    func otherTextIsNoIPv6Address(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func randomAddressesReturnFromTheirText() throws {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<2000 {
            // Few different bytes, so that runs of zeroes are common.
            let bytes = (0..<16).map { _ in UInt8.random(in: 0...2, using: &generator) / 2 }
            let address = try #require(IPv6Address(bytes: bytes))
            #expect(IPv6Address(address.description) == address, "\(address)")
        }
    }

    @Test func randomTextNeverTraps() {
        var generator = SeededGenerator(seed: 8)
        let letters: [Character] = ["0", "1", "f", ":", ":", ".", "9", "%"]
        for _ in 0..<5000 {
            let text = String(
                (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                    letters[.random(in: letters.indices, using: &generator)]
                })
            if let address = IPv6Address(text) { #expect(IPv6Address(address.description) == address) }
            if let address = IPv4Address(text) { #expect(address.description == text) }
        }
    }

    @Test func questionsAboutAnAddressGoToItsGroup() throws {
        let address = try #require(IPv6Address("2001:db8::1234:5678"))
        #expect(address.solicitedNodeGroup.description == "ff02::1:ff34:5678")
        #expect(MACAddress.multicast(for: address.solicitedNodeGroup).description == "33:33:ff:34:56:78")
        #expect(MACAddress.multicast(for: .allNodes).description == "33:33:00:00:00:01")
    }

    @Test func hardwareAddressesReturn() throws {
        let address = try #require(MACAddress("52:54:00:ab:CD:0f"))
        #expect(address.description == "52:54:00:ab:cd:0f")
        #expect(MACAddress("52-54-00-ab-cd-0f") == address)
        #expect(!address.isMulticast)
        #expect(MACAddress.broadcast.isMulticast)
    }

    @Test(arguments: [
        "", "52:54:00:ab:cd", "52:54:00:ab:cd:0f:00", "52:54:00:ab:cd:f", "52:54:00:ab:cd:0g", "5254:00:ab:cd:0f",
    ])
    func otherTextIsNoHardwareAddress(text: String) {
        #expect(MACAddress(text) == nil)
    }
}
