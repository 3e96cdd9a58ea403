import Glibc
import Testing

@testable import LinuxIO

@Suite struct FileDescriptorTests {
    @Test func errorsSayWhatWhereAndWhy() {
        let error = #expect(throws: SystemError.self) { _ = try FileDescriptor.open("/nowhere/at-all", O_RDONLY).raw }
        #expect(error?.description == "cannot open /nowhere/at-all: No such file or directory")
        #expect(error?.advising("plug it in").description.hasSuffix("(plug it in)") == true)
    }

    @Test func theWritingEndClosesWithItsOwner() throws {
        let pipe = try Pipe()
        let reader = try pipe.reading.duplicate()
        var byte: UInt8 = 0
        #expect(read(reader.raw, &byte, 1) == -1)
        _ = consume pipe
        #expect(read(reader.raw, &byte, 1) == 0, "end of file: no writer is left")
    }

    @Test func readAllStopsAtTheLimit() throws {
        let file = try FileDescriptor.open("/dev/zero", O_RDONLY)
        #expect(try file.readAll(limit: 100_000).count == 100_000)
    }

    @Test func anEmptyPipeIsNotTheEnd() throws {
        let pipe = try Pipe()
        var bytes = [UInt8](repeating: 0, count: 8)
        let count = try bytes.withUnsafeMutableBytes { try pipe.reading.read(into: $0) }
        #expect(count == nil)
    }

    @Test func closingReportsNothingForAHealthyFile() throws {
        let file = try FileDescriptor.open("/dev/null", O_WRONLY)
        try file.close()
    }
}
