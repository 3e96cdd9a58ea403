/// One option of a client: what it asks for, and data that belong to it.
package struct NBDOptionRequest: Hashable, Sendable {
    /// A number of `NBDOption`, or one unknown here.
    package var number: UInt32
    package var data: [UInt8]

    package init(_ option: NBDOption, data: [UInt8] = []) {
        self.init(number: option.rawValue, data: data)
    }

    package init(number: UInt32, data: [UInt8]) {
        self.number = number
        self.data = data
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: Header.size + data.count)
        writer.write(NBDMagic.option)
        writer.write(number)
        writer.write(UInt32(data.count))
        writer.write(data)
        return writer.bytes
    }

    /// What stands before the data.
    struct Header: Hashable, Sendable {
        static let size = 16

        var number: UInt32
        var length: UInt32

        init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
            var reader = ByteReader(bytes)
            let magic = try reader.read(UInt64.self)
            guard magic == NBDMagic.option else { throw .badMagic("NBD option", magic) }
            number = try reader.read()
            length = try reader.read()
            try reader.expectEnd()
        }
    }
}

/// The data of `info` and `go`: an export's name and what the client wants to know of it.
package struct NBDInfoRequest: Hashable, Sendable {
    /// Most bytes of a name, by the protocol.
    package static let nameLimit = 4096

    /// Empty for the default export.
    package var name: String
    /// Numbers of `NBDInfoType`, or unknown ones.
    package var wanted: [UInt16]

    package init(name: String, wanted: [UInt16] = []) {
        self.name = name
        self.wanted = wanted
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt32(name.utf8.count))
        writer.write(name.utf8)
        writer.write(UInt16(wanted.count))
        wanted.forEach { writer.write($0) }
        return writer.bytes
    }

    package init(_ data: [UInt8]) throws(WireError) {
        var reader = ByteReader(data)
        let length = try reader.read(UInt32.self)
        guard length <= Self.nameLimit else { throw .badLength("NBD export name", UInt64(length)) }
        let bytes = try reader.readBytes(Int(length))
        let count = try reader.read(UInt16.self)
        var wanted: [UInt16] = []
        for _ in 0..<count { wanted.append(try reader.read()) }
        try reader.expectEnd()
        guard let name = String(validating: bytes, as: UTF8.self) else {
            throw .badValue("NBD export name, first byte", UInt64(bytes.first ?? 0))
        }
        self.init(name: name, wanted: wanted)
    }
}
