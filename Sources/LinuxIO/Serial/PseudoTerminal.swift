import CLinux
import Glibc

/// A pair of joined terminals, which stands for a serial cable in tests and the lab.
package struct PseudoTerminal: ~Copyable {
    /// Our end of the cable, raw and non-blocking.
    package let descriptor: FileDescriptor
    /// The path of the other end.
    package let path: String

    package init() throws(SystemError) {
        var name = [CChar](repeating: 0, count: 128)
        let number = try SystemCall.run("make a pseudo-terminal") { clinux_terminal_make_pair(&name, UInt(name.count)) }
        let opened = FileDescriptor(owning: number)
        let other = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try TerminalMode.makeRaw(number, other, baud: 115_200)
        path = other
        descriptor = opened
    }
}
