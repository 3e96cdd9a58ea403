import CLinux
import Glibc
import Testing

@testable import LinuxIO

@Suite struct SocketAddressTests {
    @Test(arguments: ["192.0.2.1", "255.255.255.255", "2001:db8::1", "ff02::1", "::"])
    func addressesReadAndWriteAlike(text: String) {
        #expect(IPAddress(text)?.description == text)
    }

    @Test(arguments: ["", "192.0.2", "192.0.2.256", "192.0.2.1/24", "2001:db8::1%lo", "host", "1.2.3.4 "])
    func refusesWhatIsNoAddress(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: ["192.0.2.1", "2001:db8::1", "fe80::1%lo"])
    func theKernelsFormComesBackUnchanged(text: String) throws {
        let address = try #require(SocketAddress(text, port: 694))
        let storage = address.withKernelForm { pointer, length in
            var storage = sockaddr_storage()
            withUnsafeMutableBytes(of: &storage) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: Int(length)))
            }
            return storage
        }
        #expect(SocketAddress(kernelForm: storage) == address)
        #expect(address.description.hasSuffix(":694"))
    }

    @Test func aZoneMustBeAnInterface() {
        #expect(SocketAddress("fe80::1%nonesuch", port: 1) == nil)
        #expect(SocketAddress("fe80::1%lo", port: 1)?.scope == 1)
    }

    @Test func multicastAndLinkLocalAreKnown() {
        #expect(IPAddress("239.0.0.1")?.isMulticast == true)
        #expect(IPAddress("ff02::1")?.isMulticast == true)
        #expect(IPAddress("192.0.2.1")?.isMulticast == false)
        #expect(IPAddress("fe80::1")?.isLinkLocal == true)
        #expect(IPAddress("2001:db8::1")?.isLinkLocal == false)
    }
}
