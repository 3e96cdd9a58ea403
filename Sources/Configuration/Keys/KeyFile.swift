import Glibc

/// Reads and makes the file with the shared key (`key-file`).
package enum KeyFile {
    /// Reads the key that signs: the first one of the file.
    package static func read(_ path: String) throws(KeyFileError) -> SharedKey {
        guard let first = try readAll(path).first else { throw .empty(path: path) }
        return first
    }

    /// Reads the keys, the signing one first. Refused unless the file is regular, belongs to root or to us, and nobody else
    /// may read or write it.
    package static func readAll(_ path: String) throws(KeyFileError) -> [SharedKey] {
        // Not blocking, so that a FIFO in its place cannot hold the daemon.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        defer { close(descriptor) }
        try check(descriptor, path: path)
        let content = try content(of: descriptor, path: path)
        do {
            return try KeyText.parse(content)
        } catch {
            switch error {
            case .empty: throw .empty(path: path)
            case .twice(let number): throw .twice(path: path, number: number)
            case .tooMany: throw .tooMany(path: path)
            case .tooShort(let bytes): throw .tooShort(path: path, bytes: bytes)
            }
        }
    }

    /// Makes a new key of 32 random bytes in a new file of mode 0600; never touches one that exists.
    package static func generate(at path: String) throws(KeyFileError) -> SharedKey {
        // Swift's system generator is the kernel's getrandom(2), fit for secrets.
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        guard let key = SharedKey(bytes: bytes) else { preconditionFailure("32 bytes are too short for a key") }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? .exists(path: path) : .cannotWrite(path: path, errno: errno)
        }
        defer { close(descriptor) }
        let text = Array(KeyText.text(of: key).utf8)
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
            let code = errno
            unlink(path)
            throw .cannotWrite(path: path, errno: code)
        }
        return key
    }

    private static func check(_ descriptor: Int32, path: String) throws(KeyFileError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw .wrongOwner(path: path, user: status.st_uid)
        }
        guard status.st_mode & 0o066 == 0 else { throw .openToOthers(path: path, mode: status.st_mode & 0o7777) }
        guard status.st_size <= SharedKey.largestFile else { throw .tooLarge(path: path) }
    }

    private static func content(of descriptor: Int32, path: String) throws(KeyFileError) -> [UInt8] {
        var content = [UInt8](repeating: 0, count: SharedKey.largestFile + 1)
        var length = 0
        while length < content.count {
            let count = content.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length)
            }
            if count == 0 { break }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .cannotRead(path: path, errno: errno) }
            length += count
        }
        guard length <= SharedKey.largestFile else { throw .tooLarge(path: path) }
        return Array(content.prefix(length))
    }
}
