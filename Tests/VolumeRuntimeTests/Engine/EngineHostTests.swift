import ClusterModel
import Glibc
import LinuxIO
import Replication
import Testing

@testable import VolumeRuntime

@Suite struct EngineHostTests {
    private let folder: TestFolder
    private let loop: EventLoop
    private var socket: String { folder.file("nbd.sock") }
    private var address: String { "nbd+unix:///data?socket=\(socket)" }

    init() throws {
        folder = try TestFolder()
        loop = try EventLoop()
    }

    private func volume(bytes: Int = 64 << 20) throws -> PlainVolume {
        let disk = try folder.disk("disk", bytes: bytes)
        let definition = VolumeDefinition(name: "data", disk: .both(disk), address: [:])
        _ = try MetadataCreator.create(definition, node: "serv-a")
        return try PlainVolume(disk: disk, socket: socket, loop: loop)
    }

    @Test func fioVerifiesWhatItWroteToTheDisk() throws {
        let volume = try volume()
        let output = try Tool.run(
            [
                "fio", "--name=verify", "--ioengine=nbd", "--uri=\(address)", "--rw=randwrite", "--bsrange=4k-256k",
                "--size=32M", "--io_size=64M", "--iodepth=16", "--verify=crc32c", "--minimal",
            ], on: loop)
        #expect(output.contains("fio-3"))
        #expect(volume.host.engine.events.contains(.deviceOpened(clients: 1)))
    }

    @Test func zeroedAndTrimmedRangesReadAsZeroes() throws {
        let volume = try volume()
        let source = folder.file("source")
        let file = try FileDescriptor.open(source, O_RDWR | O_CREAT)
        for _ in 0..<16 { _ = try file.write([UInt8](repeating: 0x5a, count: 1 << 20)) }
        try Tool.run(["nbdcopy", source, address], on: loop)
        // nbdcopy zeroes the holes of a sparse source.
        let holes = try folder.disk("holes", bytes: 16 << 20)
        try Tool.run(["nbdcopy", holes, address], on: loop)
        let copy = folder.file("copy")
        try Tool.run(["nbdcopy", address, copy], on: loop)
        let bytes = try FileDescriptor.open(copy, O_RDONLY).readAll(limit: 16 << 20)
        #expect(bytes.allSatisfy { $0 == 0 })
        _ = volume
    }

    @Test func theMetadataBehindTheDataAreOutOfReach() throws {
        let volume = try volume(bytes: 4 << 20)
        let seen = try Tool.run(["nbdinfo", "--size", address], on: loop)
        let expected = (4 << 20) - 4096 - 32768 - 4096
        #expect(seen.contains("\(expected)"))
        #expect(volume.host.deviceBytes == UInt64(expected))
    }
}
