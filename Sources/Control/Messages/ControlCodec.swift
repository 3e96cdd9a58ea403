import FoundationEssentials

/// Turns requests and responses into the JSON inside a frame, and back.
///
/// The envelope is `{"body": …, "version": 1}`. Keys are sorted, so equal messages are equal bytes.
package enum ControlCodec {
    /// Rises when a message of an older version can no longer be read.
    package static let version = 1

    package static func encode(_ request: ControlRequest) throws(ControlCodecFailure) -> [UInt8] {
        try encodeBody(request)
    }

    package static func encode(_ response: ControlResponse) throws(ControlCodecFailure) -> [UInt8] {
        try encodeBody(response)
    }

    /// Reads a request. Called by the daemons with bytes from any local process: every failure is a typed error that
    /// the daemon sends back as ``ControlResponse/error(_:)``.
    package static func decodeRequest(_ bytes: [UInt8]) throws(ControlCodecFailure) -> ControlRequest {
        try decodeBody(bytes)
    }

    package static func decodeResponse(_ bytes: [UInt8]) throws(ControlCodecFailure) -> ControlResponse {
        try decodeBody(bytes)
    }

    static func encodeBody<Body: Codable>(_ body: Body) throws(ControlCodecFailure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let bytes = [UInt8](try encoder.encode(ControlEnvelope(version: version, body: body)))
            guard bytes.count <= ControlFramer.largestPayload else {
                throw ControlCodecFailure(.malformed(detail: "it has \(bytes.count) bytes, more than fit a frame"))
            }
            return bytes
        } catch let failure as ControlCodecFailure {
            throw failure
        } catch {
            throw ControlCodecFailure(.malformed(detail: "it cannot be written as JSON (\(error))"))
        }
    }

    static func decodeBody<Body: Codable>(_ bytes: [UInt8]) throws(ControlCodecFailure) -> Body {
        guard bytes.count <= ControlFramer.largestPayload else {
            throw ControlCodecFailure(.malformed(detail: "it has \(bytes.count) bytes"))
        }
        guard ControlNesting.isReasonable(bytes) else {
            throw ControlCodecFailure(.malformed(detail: "it is nested too deeply"))
        }
        let decoder = JSONDecoder()
        let data = Data(bytes)
        do {
            let header = try decoder.decode(ControlEnvelopeHeader.self, from: data)
            guard header.version == version else {
                throw ControlCodecFailure(.version(theirs: header.version, ours: version))
            }
            return try decoder.decode(ControlEnvelope<Body>.self, from: data).body
        } catch let failure as ControlCodecFailure {
            throw failure
        } catch {
            throw ControlCodecFailure(.malformed(detail: describe(error)))
        }
    }

    private static func describe(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is not JSON" }
        switch error {
        case .keyNotFound(let key, _): return "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return place.isEmpty ? "it is not a message of this format" : "\"\(place.prefix(120))\" is not as expected"
        @unknown default: return "it is not a message of this format"
        }
    }
}

/// What ``ControlCodec`` throws: the error to tell the other side.
package struct ControlCodecFailure: Error, Hashable {
    package let reason: ControlError

    init(_ reason: ControlError) {
        self.reason = reason
    }
}

/// A message with the version of the format it is written in.
private struct ControlEnvelope<Body: Codable>: Codable {
    var version: Int
    var body: Body
}

/// Read first, so that a message of another version is named as such whatever its body looks like.
private struct ControlEnvelopeHeader: Codable {
    var version: Int
}
