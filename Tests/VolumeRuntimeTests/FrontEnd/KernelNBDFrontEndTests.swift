import ClusterModel
import Glibc
import LinuxIO

import Testing

@testable import VolumeRuntime

@Suite struct KernelNBDFrontEndTests {
    /// Where the kernel has nbd its users are tested in a virtual machine; where it has not, the front end says so
    /// before anything is attached, and the process takes the other one.
    @Test func aKernelWithoutTheDriverIsNoticedAtTheStart() throws {
        let folder = try TestFolder()
        let loop = try EventLoop()
        let link = DeviceLink(folder: folder.file("dev"), name: "data")
        let hasDriver = access("/sys/module/nbd", F_OK) == 0
        do {
            _ = try KernelNBDFrontEnd(folder: folder.path, volume: "data", link: link, loop: loop) { _ in 0 }
            #expect(hasDriver)
        } catch {
            #expect(!hasDriver)
            #expect(link.target == nil)
        }
    }

    @Test func theStableNameIsChangedInOneStep() throws {
        let folder = try TestFolder()
        let link = DeviceLink(folder: folder.file("dev"), name: "data")
        #expect(link.target == nil)
        try link.point(to: "/dev/loop7")
        #expect(link.target == "/dev/loop7")
        try link.point(to: "/dev/nbd0")
        #expect(link.target == "/dev/nbd0")
        link.remove()
        link.remove()
        #expect(link.target == nil)
        rmdir(folder.file("dev"))
    }
}
