import Glibc

/// Reads a definition from its file.
package enum ConfigurationFile {
    /// Where both nodes keep it.
    package static let standardPath = "/etc/bascule/cluster.toml"

    /// What cannot be read at all is one error of the reading, like everything else that is wrong with the file.
    package static func read(_ path: String = standardPath) -> ConfigurationReading {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return failure(path, "cannot be opened", errno) }
        defer { close(descriptor) }
        // One byte more than allowed, so that the reader sees and says that it is too large.
        var content = [UInt8](repeating: 0, count: ConfigurationReader.largestFile + 1)
        var length = 0
        while length < content.count {
            let count = content.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length)
            }
            if count == 0 { break }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return failure(path, "cannot be read", errno) }
            length += count
        }
        guard let text = String(validating: content.prefix(length), as: UTF8.self) else {
            return ConfigurationReading(
                failure: "the file is not UTF-8 text", at: SourcePlace(file: path, line: 0))
        }
        return ConfigurationReader.read(text, file: path)
    }

    private static func failure(_ path: String, _ what: String, _ code: Int32) -> ConfigurationReading {
        ConfigurationReading(
            failure: "the file \(what): \(String(cString: strerror(code)))", at: SourcePlace(file: path, line: 0))
    }
}
