import Testing

@testable import Netlink

@Suite struct NetlinkRequestTests {
    @Test func aRequestIsLaidDownAsTheKernelExpectsIt() {
        var request = NetlinkRequest(type: 0x14, flags: 0x400)
        request.putFixed(UInt32(0x0403_0201))
        request.put(3, "ab")
        request.put(4, UInt32(5))
        request.put(6, [UInt8](arrayLiteral: 9))
        let bytes = request.bytes(sequence: 0x0a0b)
        #expect(
            bytes == [
                44, 0, 0, 0, 0x14, 0, 0x01, 0x04, 0x0b, 0x0a, 0, 0, 0, 0, 0, 0,  // header
                1, 2, 3, 4,  // fixed part
                7, 0, 3, 0, 0x61, 0x62, 0, 0,  // string with its zero, padded
                8, 0, 4, 0, 5, 0, 0, 0,  // number
                5, 0, 6, 0, 9, 0, 0, 0,  // one byte, padded
            ])
    }

    @Test func aNestHoldsItsAttributes() {
        var request = NetlinkRequest(type: 1, flags: 0)
        request.nest(7) { list in
            list.nest(1) { $0.put(1, UInt32(8)) }
            list.nest(1) { $0.put(1, UInt32(9)) }
        }
        let bytes = [UInt8](request.bytes(sequence: 1).dropFirst(16))
        #expect(
            bytes == [
                28, 0, 7, 0x80,
                12, 0, 1, 0x80, 8, 0, 1, 0, 8, 0, 0, 0,
                12, 0, 1, 0x80, 8, 0, 1, 0, 9, 0, 0, 0,
            ])
    }

    @Test func theSequenceNumberIsTheOneOfTheSending() {
        let request = NetlinkRequest(type: 1, flags: 0)
        #expect(request.bytes(sequence: 1)[8...11] == [1, 0, 0, 0])
        #expect(request.bytes(sequence: 2)[8...11] == [2, 0, 0, 0])
    }
}
