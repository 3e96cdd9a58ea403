import Glibc

/// A path as the kernel's form of a unix socket address.
enum UnixAddress {
    /// - Throws: `ENAMETOOLONG` for paths above 107 bytes, which the kernel cannot take.
    static func form(_ path: String) throws(SystemError) -> sockaddr_un {
        var form = sockaddr_un()
        form.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: form.sun_path)
        guard path.utf8.count < room else {
            throw SystemError(errno: ENAMETOOLONG, operation: "use the socket path", subject: path)
        }
        withUnsafeMutableBytes(of: &form.sun_path) { $0.copyBytes(from: path.utf8) }
        return form
    }

    static func lend<Answer>(_ form: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer) -> Answer {
        withUnsafePointer(to: form) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    static func connect(_ number: Int32, _ path: String) throws(SystemError) {
        let form = try form(path)
        try SystemCall.run("connect to", path) { lend(form) { Glibc.connect(number, $0, $1) } }
    }
}
