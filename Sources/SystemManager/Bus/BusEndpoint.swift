/// Where systemd is reached.
package enum BusEndpoint: Hashable, Sendable {
    /// systemd's own socket: root only, works without a bus daemon, so one part less that may fail in a takeover.
    case managerSocket(path: String)
    /// A D-Bus daemon's socket.
    case busDaemon(path: String)

    /// What a node tries in turn, at every attempt to connect.
    package static let standard: [BusEndpoint] = [
        .managerSocket(path: "/run/systemd/private"),
        .busDaemon(path: "/run/dbus/system_bus_socket"),
    ]

    var path: String {
        switch self {
        case .managerSocket(let path), .busDaemon(let path): path
        }
    }

    /// Whether a daemon stands between: then names, matches and a greeting exist; on the direct socket they do not.
    var isBusDaemon: Bool {
        switch self {
        case .managerSocket: false
        case .busDaemon: true
        }
    }

    /// The D-Bus address; bytes outside the specification's optionally-escaped set are escaped.
    var address: String {
        let allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/.\\*".utf8
        let digits = [UInt8]("0123456789abcdef".utf8)
        var escaped: [UInt8] = []
        for byte in path.utf8 {
            if allowed.contains(byte) {
                escaped.append(byte)
            } else {
                escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return "unix:path=" + String(decoding: escaped, as: UTF8.self)
    }
}
