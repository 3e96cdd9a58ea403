import ClusterModel

/// What a client wants done in the transmission phase.
package enum NBDCommand: Hashable, Sendable {
    case read
    /// `range.length` bytes of data follow the request.
    case write
    /// No more requests follow; close when all replies are sent. Has no reply.
    case disconnect
    case flush
    case trim
    case cache
    case writeZeroes
    case blockStatus
    /// A number unknown here; it is answered `.invalid`, and has no data, as only writes do.
    case unknown(UInt16)

    package init(rawValue: UInt16) {
        self =
            switch rawValue {
            case 0: .read
            case 1: .write
            case 2: .disconnect
            case 3: .flush
            case 4: .trim
            case 5: .cache
            case 6: .writeZeroes
            case 7: .blockStatus
            default: .unknown(rawValue)
            }
    }

    package var rawValue: UInt16 {
        switch self {
        case .read: 0
        case .write: 1
        case .disconnect: 2
        case .flush: 3
        case .trim: 4
        case .cache: 5
        case .writeZeroes: 6
        case .blockStatus: 7
        case .unknown(let number): number
        }
    }
}

/// How a command is to be done.
package struct NBDCommandFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// On stable storage before the reply.
    package static let fua = NBDCommandFlags(rawValue: 1)
    /// `writeZeroes`: keep the space allocated.
    package static let noHole = NBDCommandFlags(rawValue: 2)
    package static let doNotFragment = NBDCommandFlags(rawValue: 4)
    package static let requestOne = NBDCommandFlags(rawValue: 8)
    /// `writeZeroes`: fail rather than write zeroes slowly.
    package static let fastZero = NBDCommandFlags(rawValue: 16)
}

/// One request of the transmission phase (proto.md, "Request message"): 28 bytes, and data if it is a write.
package struct NBDRequest: Hashable, Sendable {
    /// Bytes of a request without its data.
    package static let size = 28

    package var command: NBDCommand
    package var flags: NBDCommandFlags
    /// The client's name for the request, echoed in the reply.
    package var cookie: UInt64
    package var offset: UInt64
    package var length: UInt32

    package init(
        command: NBDCommand, flags: NBDCommandFlags = [], cookie: UInt64, offset: UInt64 = 0, length: UInt32 = 0
    ) {
        self.command = command
        self.flags = flags
        self.cookie = cookie
        self.offset = offset
        self.length = length
    }

    /// Bytes of data that follow the request.
    package var payloadBytes: Int { command == .write ? Int(length) : 0 }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: Self.size)
        writer.write(NBDMagic.request)
        writer.write(flags.rawValue)
        writer.write(command.rawValue)
        writer.write(cookie)
        writer.write(offset)
        writer.write(length)
        return writer.bytes
    }

    /// Reads a request of exactly `size` bytes. Throws where the magic is wrong: there is no finding the next request.
    package init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = ByteReader(bytes)
        let magic = try reader.read(UInt32.self)
        guard magic == NBDMagic.request else { throw .badMagic("NBD request", UInt64(magic)) }
        flags = NBDCommandFlags(rawValue: try reader.read())
        command = NBDCommand(rawValue: try reader.read())
        cookie = try reader.read()
        offset = try reader.read()
        length = try reader.read()
        try reader.expectEnd()
    }
}
