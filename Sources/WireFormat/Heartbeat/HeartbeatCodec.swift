import ClusterModel

/// Gives a heartbeat its bytes, and takes it from bytes of unknown origin.
///
///     magic "BASC"  4 bytes
///     version       1
///     boot          8   big-endian, as are all fixed numbers
///     incarnation   8
///     configuration 8
///     phase         1
///     flags         1   bit 0: `heard` follows · bit 1: ping nodes are configured · bit 2: one answers
///     sequence, epoch                    variable-length numbers
///     cluster, sender                    texts: one length byte, UTF-8
///     heard                              incarnation 8, sequence variable, age 4 (flag bit 0)
///     groups, volumes, hears, outdate    each: one count byte, then the items
///
/// A variable-length number has seven bits in each byte, lowest first; the highest bit says that another follows. Beats are
/// carried whole in one datagram or one serial frame; the seal comes after them and is no part of this format.
package enum HeartbeatCodec {
    package static let magic: UInt32 = 0x4241_5343
    package static let version: UInt8 = 1
    /// Beat and seal (33 bytes) fill one serial frame (512 bytes): one frame everywhere, and under 50 ms on a line at
    /// 115,200 baud.
    package static let maximumSize = 479
    /// More of one kind than this cannot be in a cluster.
    package static let maximumItems = 32
    /// The cluster's name is text of a person; longer ones are refused by `bascule check`.
    package static let maximumTextLength = 63

    /// Why a beat cannot be given bytes: `cluster.toml` names too many or too long things.
    package enum EncodingError: Error, Hashable, Sendable, CustomStringConvertible {
        case tooLarge(Int)
        case textTooLong(String)
        case tooMany(String, Int)

        package var description: String {
            switch self {
            case .tooLarge(let size):
                "a heartbeat would have \(size) bytes, \(maximumSize) are allowed: use fewer or shorter names"
            case .textTooLong(let text):
                "the name \(text) is longer than \(maximumTextLength) bytes"
            case .tooMany(let what, let count):
                "\(count) \(what), \(maximumItems) are allowed"
            }
        }
    }

    package static func encode(_ beat: Heartbeat) throws(EncodingError) -> [UInt8] {
        var writer = ByteWriter(capacity: 256)
        writer.write(magic)
        writer.write(version)
        writer.write(beat.boot)
        writer.write(beat.incarnation)
        writer.write(beat.configuration)
        writer.write(beat.phase.rawValue)
        writer.write(flags(of: beat))
        writer.writeVariable(beat.sequence)
        writer.writeVariable(beat.epoch.number)
        try write(beat.cluster, to: &writer)
        try write(beat.sender.text, to: &writer)
        if let heard = beat.heard {
            writer.write(heard.incarnation)
            writer.writeVariable(heard.sequence)
            writer.write(heard.ageMicroseconds)
        }
        try write(beat.groups, "groups", to: &writer, HeartbeatParts.write)
        try write(beat.volumes, "volumes", to: &writer, HeartbeatParts.write)
        try write(beat.hears, "links", to: &writer) { link, writer throws(EncodingError) in
            try write(link.text, to: &writer)
        }
        try write(beat.outdateRequests, "volumes", to: &writer) { volume, writer throws(EncodingError) in
            try write(volume.text, to: &writer)
        }
        guard writer.bytes.count <= maximumSize else { throw .tooLarge(writer.bytes.count) }
        return writer.bytes
    }

    package static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> Heartbeat {
        guard bytes.count <= maximumSize else { throw .badLength("heartbeat", UInt64(bytes.count)) }
        var reader = ByteReader(bytes)
        let magic: UInt32 = try reader.read()
        guard magic == self.magic else { throw .badMagic("heartbeat", UInt64(magic)) }
        let version: UInt8 = try reader.read()
        guard version == self.version else { throw .badValue("heartbeat version", UInt64(version)) }
        var beat = try decodeFixed(&reader)
        let flags = try decodeFlags(&reader, into: &beat)
        beat.sequence = try reader.readVariable()
        beat.epoch = Epoch(try reader.readVariable())
        beat.cluster = try readText(&reader)
        beat.sender = try readName("node name", &reader)
        if flags & 1 != 0 {
            beat.heard = HeardMark(
                incarnation: try reader.read(), sequence: try reader.readVariable(), ageMicroseconds: try reader.read())
        }
        beat.groups = try readItems("groups", &reader, HeartbeatParts.readGroup)
        beat.volumes = try readItems("volumes", &reader, HeartbeatParts.readVolume)
        beat.hears = try readItems("links", &reader) { reader throws(WireError) in try readName("link name", &reader) }
        beat.outdateRequests = try readItems("volumes", &reader) { reader throws(WireError) in
            try readName("volume name", &reader)
        }
        try reader.expectEnd()
        return beat
    }

    /// The most bytes that a beat of this cluster can have: every number at its largest, every list full.
    package static func largestSize(for definition: ClusterDefinition) -> Int {
        let fixed = 4 + 1 + 8 * 3 + 2 + 10 + 10 + 22 + 4
        let sender = definition.nodes.map { size(of: $0.name.text) }.reduce(0, max)
        let links = definition.links.map { size(of: $0.name.text) }.reduce(0, +)
        let groups = definition.groups.map { size(of: $0.name.text) + 1 + 10 }.reduce(0, +)
        // Once with its report, and once where it shall be outdated.
        let volumes = definition.volumes.map { 2 * size(of: $0.name.text) + 2 + 8 + 10 }.reduce(0, +)
        return fixed + size(of: definition.name) + sender + links + groups + volumes
    }

    private static func size(of text: String) -> Int { 1 + text.utf8.count }
}

// MARK: Pieces

extension HeartbeatCodec {
    private static func flags(of beat: Heartbeat) -> UInt8 {
        var flags: UInt8 = beat.heard == nil ? 0 : 1
        if let reaches = beat.reachesPingNode { flags |= reaches ? 6 : 2 }
        return flags
    }

    private static func decodeFixed(_ reader: inout ByteReader) throws(WireError) -> Heartbeat {
        let boot: UInt64 = try reader.read()
        let incarnation: UInt64 = try reader.read()
        let configuration: UInt64 = try reader.read()
        let phase: UInt8 = try reader.read()
        guard let phase = NodePhase(rawValue: phase) else { throw .badValue("node phase", UInt64(phase)) }
        return Heartbeat(
            cluster: "", sender: "unknown", boot: boot, incarnation: incarnation, sequence: 0,
            configuration: configuration, phase: phase)
    }

    private static func decodeFlags(_ reader: inout ByteReader, into beat: inout Heartbeat) throws(WireError) -> UInt8 {
        let flags: UInt8 = try reader.read()
        guard flags & 0xf8 == 0, flags & 6 != 4 else { throw .badValue("heartbeat flags", UInt64(flags)) }
        if flags & 2 != 0 { beat.reachesPingNode = flags & 4 != 0 }
        return flags
    }

    static func write(_ text: String, to writer: inout ByteWriter) throws(EncodingError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= maximumTextLength else { throw .textTooLong(text) }
        writer.write(UInt8(bytes.count))
        writer.write(bytes)
    }

    static func readText(_ reader: inout ByteReader) throws(WireError) -> String {
        let length: UInt8 = try reader.read()
        guard Int(length) <= maximumTextLength else { throw .badLength("text", UInt64(length)) }
        let bytes = try reader.readBytes(Int(length))
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badValue("text", UInt64(length)) }
        return text
    }

    static func readName<Text: Name>(_ what: String, _ reader: inout ByteReader) throws(WireError) -> Text {
        let text = try readText(&reader)
        guard let name = Text(text) else { throw .badValue(what, UInt64(text.utf8.count)) }
        return name
    }

    private static func write<Item>(
        _ items: [Item], _ what: String, to writer: inout ByteWriter,
        _ write: (Item, inout ByteWriter) throws(EncodingError) -> Void
    ) throws(EncodingError) {
        guard items.count <= maximumItems else { throw .tooMany(what, items.count) }
        writer.write(UInt8(items.count))
        for item in items { try write(item, &writer) }
    }

    private static func readItems<Item>(
        _ what: String, _ reader: inout ByteReader, _ read: (inout ByteReader) throws(WireError) -> Item
    ) throws(WireError) -> [Item] {
        let count: UInt8 = try reader.read()
        guard Int(count) <= maximumItems else { throw .badLength(what, UInt64(count)) }
        var items: [Item] = []
        for _ in 0..<count { items.append(try read(&reader)) }
        return items
    }
}
