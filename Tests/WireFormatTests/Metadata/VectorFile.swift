import Foundation
import Replication

/// Files of the `Vectors` folder; see its README.
enum VectorFile {
    struct Missing: Error { let name: String }

    static func bytes(_ name: String) throws -> [UInt8] {
        guard let url = Bundle.module.url(forResource: "Vectors/" + name, withExtension: nil) else {
            throw Missing(name: name)
        }
        return [UInt8](try Data(contentsOf: url))
    }

    static func decode<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(bytes(name)))
    }
}

extension MetadataKind {
    /// The kind that drbdmeta's index argument means.
    init?(index: String) {
        switch index {
        case "internal": self = .internal
        case "flex-external": self = .flexibleExternal
        default:
            guard let number = UInt8(index) else { return nil }
            self = .indexed(number)
        }
    }
}
