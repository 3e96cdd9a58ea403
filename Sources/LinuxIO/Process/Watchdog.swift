import CLinux
import Glibc

/// The watchdog device: unless it is fed in time, the machine is reset.
///
/// Only `disarm` ends that; a process that dies, or drops this object, lets the time run out, which is the point of it.
/// In the lab a plain file or FIFO takes the device's place.
package final class Watchdog {
    package let path: String
    /// What the driver calls itself; nil for a stand-in.
    package let identity: String?
    /// How long after the last feeding the machine resets, as the driver answered; nil for a stand-in.
    package private(set) var timeoutSeconds: Int?
    private var descriptor: FileDescriptor?
    private let isFile: Bool

    /// Opens the device, which starts it, and sets its time.
    ///
    /// - Parameters:
    ///   - path: e.g. `/dev/watchdog0`.
    ///   - timeoutSeconds: the wanted time; drivers round it, see the property.
    /// - Throws: `EBUSY` where another program feeds it (systemd's `RuntimeWatchdogSec=`, for one); `EINVAL` for a time
    ///   the device cannot do. It is disarmed again before such an error.
    package init(_ path: String, timeoutSeconds: Int) throws(SystemError) {
        self.path = path
        var facts = stat()
        isFile = stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
        let isPipe = facts.st_mode & S_IFMT == S_IFIFO
        let device: FileDescriptor
        do {
            // A FIFO opened for both does not wait for a reader.
            device = try FileDescriptor.open(path, (isPipe ? O_RDWR : O_WRONLY) | O_NONBLOCK)
        } catch  where error.errno == EBUSY {
            throw error.advising("another program feeds it; is RuntimeWatchdogSec= set for systemd?")
        }
        identity = Self.identity(device.raw)
        let number = device.raw
        do {
            self.timeoutSeconds = identity == nil ? nil : try Self.setTimeout(number, path, timeoutSeconds)
        } catch {
            _ = write(number, "V", 1)
            throw error
        }
        descriptor = consume device
    }

    /// Whether this resets a machine, or only stands in for what does.
    package var isHardware: Bool { identity != nil }

    /// Puts the reset off by `timeoutSeconds`.
    ///
    /// - Throws: what the driver says; a full FIFO that nobody reads is no error.
    package func feed() throws(SystemError) {
        try put(0)
    }

    /// Stops the watchdog and closes it ("magic close"). Fails silently in drivers built to never stop: those reset
    /// the machine.
    package func disarm() throws(SystemError) {
        guard descriptor != nil else { return }
        try put(UInt8(ascii: "V"))
        descriptor = nil
    }

    private func put(_ byte: UInt8) throws(SystemError) {
        guard let number = descriptor?.raw else { return }
        var byte = byte
        _ = try SystemCall.unlessBlocking("feed the watchdog", path) {
            // A file is written over in place, so that it does not grow; its time of change tells the lab.
            isFile ? pwrite(number, &byte, 1, 0) : write(number, &byte, 1)
        }
    }

    private static func identity(_ number: Int32) -> String? {
        var name = [CChar](repeating: 0, count: 33)
        guard clinux_watchdog_identity(number, &name) == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func setTimeout(_ number: Int32, _ path: String, _ wanted: Int) throws(SystemError) -> Int {
        var seconds = Int32(clamping: wanted)
        do {
            try SystemCall.run("set the time of", path) { clinux_watchdog_set_timeout(number, &seconds) }
            return Int(seconds)
        } catch  where error.errno == EOPNOTSUPP || error.errno == ENOTTY {
            // A driver with a fixed time: it must not be longer than what was wanted.
            try SystemCall.run("read the time of", path) { clinux_watchdog_get_timeout(number, &seconds) }
            guard Int(seconds) <= wanted else {
                throw error.advising("its fixed \(seconds) seconds are more than the \(wanted) wanted")
            }
            return Int(seconds)
        }
    }
}
