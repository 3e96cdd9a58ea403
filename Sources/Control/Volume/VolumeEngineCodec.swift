/// Calls and answers of the volume process's control socket as the JSON inside a ``ControlFramer`` frame, in the same
/// envelope with a version as the node's messages.
package enum VolumeEngineCodec {
    package static func encode(_ call: VolumeEngineCall) throws(ControlCodecFailure) -> [UInt8] {
        try ControlCodec.encodeBody(call)
    }

    package static func encode(_ answer: VolumeEngineAnswer) throws(ControlCodecFailure) -> [UInt8] {
        try ControlCodec.encodeBody(answer)
    }

    /// Reads a call of any local process; the failure's `reason` is what to answer.
    package static func decodeCall(_ bytes: [UInt8]) throws(ControlCodecFailure) -> VolumeEngineCall {
        try ControlCodec.decodeBody(bytes)
    }

    package static func decodeAnswer(_ bytes: [UInt8]) throws(ControlCodecFailure) -> VolumeEngineAnswer {
        try ControlCodec.decodeBody(bytes)
    }
}
