import Glibc

/// The machine code of this process.
package enum ProgramText {
    /// Lets go of all code that was run so far; whatever is run again comes back from the page cache by itself. To be
    /// called after the start and before the memory is locked, else the code that read the command line and the
    /// configuration stays in RAM for as long as the process lives.
    ///
    /// Harmless to code that nobody has changed in memory, as a debugger does with its breakpoints.
    ///
    /// - Throws: where `/proc/self/maps` cannot be read; nothing was done then.
    package static func release() throws(SystemError) {
        let maps = try FileDescriptor.contents(of: "/proc/self/maps", limit: 1 << 20)
        for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
            guard let code = code(line), let start = UnsafeMutableRawPointer(bitPattern: code.lowerBound) else {
                continue
            }
            // Refused for locked memory, which then stays as it is.
            _ = madvise(start, code.count, MADV_DONTNEED)
        }
    }

    /// The addresses of a mapping of a file's code; nil for all others (proc_pid_maps(5)).
    static func code(_ line: Substring) -> Range<UInt>? {
        let fields = line.split(separator: " ")
        guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { return nil }
        let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard bounds.count == 2, bounds[0] < bounds[1] else { return nil }
        return bounds[0]..<bounds[1]
    }
}
