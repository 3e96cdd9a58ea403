import ClusterModel
import Testing
import WireFormat

struct ICMPEchoTests {
    @Test func requestsOfBothProtocolsAreAsTheirStandardsLayThemOut() {
        let payload = Array("abc".utf8)
        let four = ICMPEcho(family: .v4, kind: .request, identifier: 0x1234, sequence: 1, payload: payload)
        #expect(four.encoded() == hex("08 00 2168 1234 0001 616263"))
        let six = ICMPEcho(family: .v6, kind: .request, identifier: 0x1234, sequence: 1, payload: payload)
        #expect(six.encoded() == hex("80 00 0000 1234 0001 616263"))
    }

    @Test(arguments: ICMPEcho.Family.allCases, ICMPEcho.Kind.allCases)
    func messagesReturn(family: ICMPEcho.Family, kind: ICMPEcho.Kind) throws {
        for payload in [[], [1], [1, 2, 3, 255]] as [[UInt8]] {
            let echo = ICMPEcho(family: family, kind: kind, identifier: 7, sequence: .max, payload: payload)
            #expect(try ICMPEcho(echo.encoded()[...], family: family) == echo)
        }
    }

    @Test(arguments: ICMPEcho.Family.allCases)
    func whatIsNoEchoIsRefused(family: ICMPEcho.Family) {
        let reply = ICMPEcho(family: family, kind: .reply, identifier: 7, sequence: 8).encoded()
        for length in 0..<reply.count {
            #expect(throws: WireError.self) { try ICMPEcho(reply.prefix(length), family: family) }
        }
        let other: ICMPEcho.Family = family == .v4 ? .v6 : .v4
        #expect(throws: WireError.self) { try ICMPEcho(reply[...], family: other) }
        // Destination unreachable, and a code that is not 0.
        #expect(throws: WireError.self) { try ICMPEcho(hex("03 01 0000 0000 0000")[...], family: family) }
        #expect(throws: WireError.self) { try ICMPEcho([reply[0], 1] + reply[2...], family: family) }
    }

    @Test func everyChangedByteOfIPv4IsNoticed() {
        let reply = ICMPEcho(family: .v4, kind: .reply, identifier: 7, sequence: 8, payload: [1, 2, 3]).encoded()
        for index in reply.indices {
            var changed = reply
            changed[index] ^= 0x11
            #expect(throws: WireError.self) { try ICMPEcho(changed[...], family: .v4) }
        }
    }

    /// The sum of the words of the example in RFC 1071, section 3, is ddf2.
    @Test func theChecksumIsThatOfTheStandard() {
        #expect(InternetChecksum.of(hex("0001 f203 f4f5 f6f7")) == ~0xddf2)
        #expect(InternetChecksum.of([]) == 0xffff)
        #expect(InternetChecksum.of([UInt8](repeating: 0xff, count: 100_000)) == 0)
    }
}
