import Glibc

/// Why a key file was refused; each sentence says what to do.
package enum KeyFileError: Error, Hashable, CustomStringConvertible {
    case cannotOpen(path: String, errno: Int32)
    case cannotRead(path: String, errno: Int32)
    case cannotWrite(path: String, errno: Int32)
    case notAFile(path: String)
    /// Group or others may read or write it. `mode` holds the permission bits.
    case openToOthers(path: String, mode: UInt32)
    case wrongOwner(path: String, user: UInt32)
    case tooLarge(path: String)
    case empty(path: String)
    case twice(path: String, number: UInt8)
    case tooMany(path: String)
    case tooShort(path: String, bytes: Int)
    case exists(path: String)

    package var description: String {
        switch self {
        case .cannotOpen(let path, let errno): "The key file \(path) cannot be opened: \(Self.text(errno))."
        case .cannotRead(let path, let errno): "The key file \(path) cannot be read: \(Self.text(errno))."
        case .cannotWrite(let path, let errno): "The key file \(path) cannot be written: \(Self.text(errno))."
        case .notAFile(let path): "The key file \(path) is not a regular file."
        case .openToOthers(let path, let mode):
            "The key file \(path) has mode 0\(String(mode, radix: 8)): others may read or change it; "
                + "\"chmod 600 \(path)\", and make a new key if anybody may have read it."
        case .wrongOwner(let path, let user):
            "The key file \(path) belongs to user \(user), who may change it; \"chown root \(path)\"."
        case .tooLarge(let path):
            "The key file \(path) has more than \(SharedKey.largestFile) bytes: it is no key file."
        case .empty(let path): "The key file \(path) holds no key."
        case .twice(let path, let number):
            "Two keys in \(path) have the number \(number); write another number before one of them."
        case .tooMany(let path): "The key file \(path) holds more than \(KeyText.mostKeys) keys."
        case .tooShort(let path, let bytes):
            "The key in \(path) has \(bytes) bytes, but needs \(SharedKey.smallest); make a new one."
        case .exists(let path): "The key file \(path) exists already; it is not overwritten."
        }
    }

    private static func text(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
