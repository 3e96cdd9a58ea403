import CLinux
import Glibc

/// How a terminal line treats bytes.
enum TerminalMode {
    private static let speeds: [UInt32: Int32] = [
        9600: B9600, 19200: B19200, 38400: B38400, 57600: B57600, 115_200: B115200, 230_400: B230400, 460_800: B460800,
    ]

    /// Makes a line pass every byte as it is, 8N1, without flow control, and whatever the modem lines say.
    static func makeRaw(_ number: Int32, _ path: String, baud: UInt32) throws(SystemError) {
        guard let speed = speeds[baud] else {
            throw SystemError(
                errno: EINVAL, operation: "set the speed of", subject: path,
                advice: "\(baud) is none of \(speeds.keys.sorted().map(String.init).joined(separator: ", "))")
        }
        var mode = termios()
        try SystemCall.run("use as a serial line", path) { tcgetattr(number, &mode) }
        cfmakeraw(&mode)
        mode.c_cflag |= tcflag_t(CLOCAL) | tcflag_t(CREAD) | tcflag_t(CS8)
        // HUPCL would drop DTR at each restart of ours, and look like a power failure to the peer.
        mode.c_cflag &= ~(tcflag_t(CSTOPB) | tcflag_t(PARENB) | tcflag_t(HUPCL) | tcflag_t(CRTSCTS))
        mode.c_iflag |= tcflag_t(IGNBRK) | tcflag_t(IGNPAR)
        mode.c_iflag &= ~(tcflag_t(IXON) | tcflag_t(IXOFF) | tcflag_t(BRKINT))
        try SystemCall.run("set the speed of", path) { cfsetspeed(&mode, speed_t(speed)) }
        try SystemCall.run("set the mode of", path) { tcsetattr(number, TCSANOW, &mode) }
        // The call succeeds where any part of it did.
        var actual = termios()
        try SystemCall.run("read the mode of", path) { tcgetattr(number, &actual) }
        guard cfgetospeed(&actual) == speed_t(speed) else {
            throw SystemError(
                errno: EINVAL, operation: "set the speed of", subject: path, advice: "the line cannot do \(baud) baud")
        }
        // What waited there was meant for somebody else.
        try SystemCall.run("empty", path) { tcflush(number, TCIOFLUSH) }
    }
}
