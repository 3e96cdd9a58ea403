import Foundation

/// A raw partition: a loop device over a sparse file.
package final class Disk {
    package let device: String
    package let file: String

    package init(file: String, bytes: UInt64) throws {
        self.file = file
        try Shell.run(["truncate", "-s", String(bytes), file])
        device = try Shell.run(["losetup", "--find", "--show", "--direct-io=on", file])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    package func remove() {
        _ = try? Shell.attempt(["losetup", "--detach", device])  // the file goes next, whatever this says
        try? FileManager.default.removeItem(atPath: file)
    }
}
