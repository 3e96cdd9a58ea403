/// One of the server's answers to an option.
package struct NBDOptionReply: Hashable, Sendable {
    /// Bytes before the data.
    package static let headerSize = 20
    /// Most data a client has to take in one reply.
    package static let dataLimit = 8192

    /// The option it answers, as the client numbered it.
    package var option: UInt32
    package var type: NBDReplyType
    package var data: [UInt8]

    package init(option: UInt32, type: NBDReplyType, data: [UInt8] = []) {
        self.option = option
        self.type = type
        self.data = data
    }

    /// A refusal with words for a person.
    package static func refusal(_ type: NBDReplyType, of option: UInt32, because text: String) -> NBDOptionReply {
        precondition(type.isError, "\(type) is no refusal")
        return NBDOptionReply(option: option, type: type, data: Array(text.utf8.prefix(dataLimit)))
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: Self.headerSize + data.count)
        writer.write(NBDMagic.optionReply)
        writer.write(option)
        writer.write(type.rawValue)
        writer.write(UInt32(data.count))
        writer.write(data)
        return writer.bytes
    }

    /// Takes the reply at the front of `bytes`; nil where it has not arrived whole. For clients.
    package static func first(
        in bytes: ArraySlice<UInt8>
    ) throws(WireError) -> (reply: NBDOptionReply, size: Int)? {
        guard bytes.count >= headerSize else { return nil }
        var reader = ByteReader(bytes)
        let magic = try reader.read(UInt64.self)
        guard magic == NBDMagic.optionReply else { throw .badMagic("NBD option reply", magic) }
        let option = try reader.read(UInt32.self)
        let number = try reader.read(UInt32.self)
        guard let type = NBDReplyType(rawValue: number) else { throw .badValue("NBD option reply", UInt64(number)) }
        let length = try reader.read(UInt32.self)
        guard length <= dataLimit else { throw .badLength("NBD option reply", UInt64(length)) }
        guard reader.left >= Int(length) else { return nil }
        let data = try reader.readBytes(Int(length))
        return (NBDOptionReply(option: option, type: type, data: data), headerSize + Int(length))
    }
}
