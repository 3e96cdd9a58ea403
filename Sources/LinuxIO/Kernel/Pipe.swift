import CLinux

/// Both ends of a new pipe, non-blocking.
package struct Pipe: ~Copyable {
    package var reading: FileDescriptor
    package var writing: FileDescriptor

    package init() throws(SystemError) {
        var ends: (Int32, Int32) = (-1, -1)
        try SystemCall.run("make a pipe") {
            withUnsafeMutableBytes(of: &ends) { clinux_pipe($0.baseAddress?.assumingMemoryBound(to: Int32.self)) }
        }
        reading = FileDescriptor(owning: ends.0)
        writing = FileDescriptor(owning: ends.1)
    }
}
