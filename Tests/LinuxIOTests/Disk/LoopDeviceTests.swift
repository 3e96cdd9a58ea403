import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct LoopDeviceTests {
    @Test func aPartOfAFileIsADevice() throws {
        let scratch = try ScratchFolder()
        let file = try scratch.file("disk", size: 1 << 20)
        let device = try LoopDevice(file: file, part: ByteRange(offset: 65536, length: 131072))
        #expect(device.isDirect)
        do {
            let disk = try RawDisk(device.path, access: .readWrite, ring: nil)
            #expect(disk.size == 131072)
            try disk.writeNow([UInt8](repeating: 9, count: 4096), at: 0)
            try disk.syncNow()
        }
        try device.detach()
        let below = try RawDisk(file, access: .readOnly, ring: nil)
        #expect(try below.readNow(ByteRange(offset: 65536, length: 4096)).allSatisfy { $0 == 9 })
        try device.detach()
    }

    @Test func theDeviceGoesWithItsLastUser() throws {
        let scratch = try ScratchFolder()
        var device: LoopDevice? = try LoopDevice(file: try scratch.file("disk", size: 1 << 20), isReadOnly: true)
        let path = try #require(device?.path)
        let number = try #require(path.split(separator: "p").last.map(String.init))
        let backing = "/sys/block/loop\(number)/loop/backing_file"
        #expect(access(backing, F_OK) == 0)
        #expect(throws: SystemError.self) { try RawDisk(path, access: .readWrite, ring: nil) }
        device = nil
        // Another test may have attached the free device anew: then it holds another file.
        let now = access(backing, F_OK) == 0 ? try FileDescriptor.contents(of: backing, limit: 4096) : []
        #expect(!String(decoding: now, as: UTF8.self).contains(scratch.path))
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: SystemError.self) { try LoopDevice(file: "/nowhere/disk") }
        #expect(error?.subject == "/nowhere/disk")
    }
}
