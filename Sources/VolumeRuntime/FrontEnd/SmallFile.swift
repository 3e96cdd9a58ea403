import Glibc
import LinuxIO

/// Files of a line or a number that a former life of this process, or the kernel, may have left.
enum SmallFile {
    /// The text, or nil where there is none to be had: not there and not readable mean the same to those who ask.
    static func read(_ path: String) -> String? {
        do {
            let bytes = try FileDescriptor.open(path, O_RDONLY).readAll(limit: 4096)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            return nil
        }
    }

    /// The number in it, or nil.
    static func number<Number: FixedWidthInteger>(_ path: String) -> Number? {
        read(path).flatMap { Number($0.filter { $0.isASCII && $0.isNumber }) }
    }
}
