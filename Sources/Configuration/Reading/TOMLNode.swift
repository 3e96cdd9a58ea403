import TOMLKit

/// A parsed TOML value as plain Swift data.
///
/// TOMLKit's own values point into memory it never frees and can be asked only while they are walked; the definition
/// is small, so it is copied once, to a bounded depth.
enum TOMLNode {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    /// Floats, dates and times: no setting is one, so only the word for them is kept.
    case other(String)
    case array([TOMLNode])
    case table([String: TOMLNode])

    /// Our format has five levels; anything below this is reported as a value of the wrong kind.
    private static let deepest = 12

    /// Parses a document. TOMLKit reads C strings, so the caller has made sure that there is no NUL in it.
    static func parse(_ text: String) throws(TOMLParseError) -> [String: TOMLNode] {
        do {
            return convert(try TOMLTable(string: text), depth: 0)
        } catch let error as TOMLParseError {
            throw error
        } catch {
            preconditionFailure("TOMLKit threw something else than its parse error: \(error)")
        }
    }

    private static func convert(_ table: TOMLTable, depth: Int) -> [String: TOMLNode] {
        var nodes: [String: TOMLNode] = [:]
        for key in table.keys {
            // A key with an escaped NUL in it comes back cut and is not found again; it is kept, to be refused as unknown.
            nodes[key] = table[key].map { convert($0, depth: depth + 1) } ?? .other("unreadable value")
        }
        return nodes
    }

    private static func convert(_ value: any TOMLValueConvertible, depth: Int) -> TOMLNode {
        guard depth < deepest else { return .other("deeply nested value") }
        switch value.type {
        case .string: return value.string.map(TOMLNode.string) ?? .other("string")
        case .int: return value.int.map(TOMLNode.integer) ?? .other("integer")
        case .bool: return value.bool.map(TOMLNode.boolean) ?? .other("boolean")
        case .double: return .other("fraction")
        case .date, .time, .dateTime: return .other("date or time")
        case .table: return value.table.map { .table(convert($0, depth: depth)) } ?? .other("table")
        case .array: return value.array.map { .array($0.map { convert($0, depth: depth + 1) }) } ?? .other("list")
        }
    }

    /// What it is, for a message.
    var kind: String {
        switch self {
        case .string: "string"
        case .integer: "integer"
        case .boolean: "boolean"
        case .other(let kind): kind
        case .array: "list"
        case .table: "table"
        }
    }
}
