import Testing

@testable import Netlink

@Suite struct NBDNetlinkTests {
    static let family = GenericNetlink.Family(name: "nbd", identifier: 0x1c, version: 1)

    @Test func connectIsLaidDownAsTheDriverExpectsIt() {
        let attachment = NBDAttachment(
            index: 2, sockets: [5, 6], sizeBytes: 0x10_0000, blockSizeBytes: 4096, transmissionFlags: 0x6d,
            requestTimeout: .seconds(30), deadConnectionTimeout: .seconds(60), disconnectsOnClose: true,
            backendIdentifier: "r0")
        let bytes = NBDNetlink.connectRequest(attachment, family: Self.family).bytes(sequence: 1)
        #expect(
            [UInt8](bytes.dropFirst(16)) == [
                1, 1, 0, 0,  // NBD_CMD_CONNECT, version
                8, 0, 1, 0, 2, 0, 0, 0,  // index
                12, 0, 2, 0, 0, 0, 0x10, 0, 0, 0, 0, 0,  // size
                12, 0, 3, 0, 0, 0x10, 0, 0, 0, 0, 0, 0,  // block size
                12, 0, 5, 0, 0x6d, 0, 0, 0, 0, 0, 0, 0,  // server flags
                12, 0, 4, 0, 30, 0, 0, 0, 0, 0, 0, 0,  // time-out
                12, 0, 8, 0, 60, 0, 0, 0, 0, 0, 0, 0,  // dead-connection time-out
                12, 0, 6, 0, 2, 0, 0, 0, 0, 0, 0, 0,  // client flags
                7, 0, 10, 0, 0x72, 0x30, 0, 0,  // backend identifier
                28, 0, 7, 0x80,  // sockets
                12, 0, 1, 0x80, 8, 0, 1, 0, 5, 0, 0, 0,
                12, 0, 1, 0x80, 8, 0, 1, 0, 6, 0, 0, 0,
            ])
        #expect(bytes[4...5] == [0x1c, 0])
    }

    @Test func reconnectRepeatsNeitherSizeNorFlags() {
        let attachment = NBDAttachment(sockets: [5], sizeBytes: 1 << 20, transmissionFlags: 1)
        let bytes = NBDNetlink.reconnectRequest(attachment, index: 3, family: Self.family).bytes(sequence: 1)
        #expect(
            [UInt8](bytes.dropFirst(16)) == [
                3, 1, 0, 0,
                8, 0, 1, 0, 3, 0, 0, 0,
                12, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                16, 0, 7, 0x80, 12, 0, 1, 0x80, 8, 0, 1, 0, 5, 0, 0, 0,
            ])
    }

    @Test func theStatusListIsRead() {
        let item: [UInt8] = [20, 0, 1, 0x80, 8, 0, 1, 0, 4, 0, 0, 0, 5, 0, 2, 0, 1, 0, 0, 0]
        let payload: [UInt8] = [5, 1, 0, 0, 24, 0, 9, 0x80] + item
        let header: [UInt8] = [UInt8(16 + payload.count), 0, 0, 0, 0x1c, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
        let messages = NetlinkMessage.split(header + payload)
        #expect(NBDNetlink.decodeStatus(messages) == [NBDDeviceStatus(index: 4, isConnected: true)])
    }

    /// The controller itself is a family that every kernel has.
    @Test func theKernelsFamiliesAreFound() throws {
        let family = try GenericNetlink().family("nlctrl")
        #expect(family.identifier == 0x10)
    }

    @Test func aKernelWithoutTheDriverIsNamedClearly() throws {
        let error = try #require(throws: NetlinkError.self) { try GenericNetlink().family("bascule-none") }
        #expect(
            error.description
                == "cannot find the kernel's bascule-none driver: this kernel has no bascule-none: the driver is neither built in"
                + " nor loaded (modprobe bascule-none)")
    }

    /// Where the kernel has nbd the list comes, elsewhere the clear error: either is a true answer of this kernel.
    @Test func thisKernelAnswersForNBD() throws {
        do throws(NetlinkError) {
            let devices = try NBDNetlink().status()
            #expect(Set(devices.map(\.index)).count == devices.count)
        } catch {
            guard case .missing(let text) = error.cause else { throw error }
            #expect(text.contains("modprobe nbd"))
        }
    }
}
