import CLinux
import ClusterModel
import Glibc

/// What tells this machine and this boot from others.
package enum MachineIdentity {
    /// The node name, as `uname -n` gives it: the part before the first dot is *not* cut off.
    package static var nodeName: String {
        var facts = utsname()
        let answer = uname(&facts)
        precondition(answer == 0, "uname fails only for memory not ours")
        return text(facts.nodename)
    }

    /// The kernel's release, e.g. `6.12.9-amd64`.
    package static var kernelRelease: String {
        var facts = utsname()
        let answer = uname(&facts)
        precondition(answer == 0, "uname fails only for memory not ours")
        return text(facts.release)
    }

    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// 128 random bits that the kernel draws at each boot, as text with dashes.
    package static func bootID() throws(SystemError) -> String {
        let text = try FileDescriptor.contents(of: "/proc/sys/kernel/random/boot_id", limit: 64)
        return String(decoding: text.prefix { $0 != 0x0a }, as: UTF8.self)
    }
}

/// The kernel's random source, for secrets and for the seeds of the cores.
package enum Random {
    /// Bytes fit for keys. Waits only in the first seconds of a boot, before the source is seeded.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                // Up to 256 bytes come in one piece; a larger request may be interrupted.
                clinux_random(buffer.baseAddress.map { $0 + done }, min(256, count - done))
            }
            precondition(got > 0 || errno == EINTR, "the kernel has a random source since 3.17")
            if got > 0 { done += got }
        }
        return bytes
    }

    /// A seed for a `SeededGenerator`.
    package static func seed() -> UInt64 {
        bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
