import CMnl
import Glibc
import LinuxIO

extension IPAddress {
    /// An address as netlink carries it; nil for other families and wrong lengths.
    init?(family: UInt8, bytes: [UInt8]) {
        switch (Int32(family), bytes.count) {
        case (AF_INET, 4), (AF_INET6, 16): self.init(bytes: bytes)
        default: return nil
        }
    }

    var netlinkFamily: Int32 { family.domain }

    var netlinkBytes: [UInt8] { bytes }
}
