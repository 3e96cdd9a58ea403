import ClusterModel
import Replication

// Layouts of the packets of the handshake (drbd-8.4 features, payload layouts).

extension ConnectionFeatures {
    init(_ reader: inout ByteReader) throws(WireError) {
        let minimum = try reader.read(UInt32.self)
        let features = Features(rawValue: try reader.read())
        let maximum = try reader.read(UInt32.self)
        try reader.skip(60)
        self.init(
            protocolMinimum: minimum, protocolMaximum: maximum == 0 ? minimum : maximum, features: features)
    }

    func write(to body: inout ByteWriter) {
        body.write(protocolMinimum)
        body.write(features.rawValue)
        body.write(protocolMaximum)
        body.writeZeroes(60)
    }
}

extension ProtocolPacket {
    init(_ reader: inout ByteReader, length: Int) throws(WireError) {
        let number = try reader.read(UInt32.self)
        guard let wireProtocol = WireProtocol(wireNumber: number) else {
            throw .badValue("P_PROTOCOL, protocol", UInt64(number))
        }
        let zero = SplitBrainRule(rawValue: try reader.read())
        let one = SplitBrainRule(rawValue: try reader.read())
        let two = SplitBrainRule(rawValue: try reader.read())
        let flags = Flags(rawValue: try reader.read())
        let twoPrimaries = try reader.read(UInt32.self) != 0
        let algorithm = try reader.readName("P_PROTOCOL, integrity algorithm", field: length - 24)
        self.init(
            wireProtocol: wireProtocol, afterSplitBrainZeroPrimaries: zero, afterSplitBrainOnePrimary: one,
            afterSplitBrainTwoPrimaries: two, flags: flags, twoPrimaries: twoPrimaries,
            integrityAlgorithm: algorithm)
    }

    func write(to body: inout ByteWriter) {
        body.write(wireProtocol.wireNumber)
        body.write(afterSplitBrainZeroPrimaries.rawValue)
        body.write(afterSplitBrainOnePrimary.rawValue)
        body.write(afterSplitBrainTwoPrimaries.rawValue)
        body.write(flags.rawValue)
        body.write(UInt32(twoPrimaries ? 1 : 0))
        body.writeName(integrityAlgorithm, field: integrityAlgorithm.utf8.count + 1)
    }
}

extension WireProtocol {
    init?(wireNumber: UInt32) {
        switch wireNumber {
        case 1: self = .a
        case 2: self = .b
        case 3: self = .c
        default: return nil
        }
    }

    var wireNumber: UInt32 {
        switch self {
        case .a: 1
        case .b: 2
        case .c: 3
        }
    }
}

extension SyncParametersPacket {
    init(_ reader: inout ByteReader) throws(WireError) {
        self.init(
            resyncRate: try reader.read(),
            verifyAlgorithm: try reader.readName("P_SYNC_PARAM89, verify-alg", field: PacketLimits.nameBytes),
            checksumAlgorithm: try reader.readName("P_SYNC_PARAM89, csums-alg", field: PacketLimits.nameBytes),
            planAhead: try reader.read(), delayTarget: try reader.read(), fillTarget: try reader.read(),
            maximumRate: try reader.read())
    }

    func write(to body: inout ByteWriter) {
        body.write(resyncRate)
        body.writeName(verifyAlgorithm, field: PacketLimits.nameBytes)
        body.writeName(checksumAlgorithm, field: PacketLimits.nameBytes)
        body.write(planAhead)
        body.write(delayTarget)
        body.write(fillTarget)
        body.write(maximumRate)
    }
}

extension SizesPacket {
    init(_ reader: inout ByteReader, withLimits: Bool) throws(WireError) {
        let disk = try reader.readSectors()
        let user = try reader.readSectors()
        let current = try reader.readSectors()
        let request = try reader.read(UInt32.self)
        try reader.skip(2)
        let flags = Flags(rawValue: try reader.read())
        self.init(
            diskSectors: disk, userSectors: user, currentSectors: current, maximumRequestBytes: request,
            flags: flags, limits: withLimits ? try QueueLimits(&reader) : nil)
    }

    func write(to body: inout ByteWriter) {
        body.write(diskSectors)
        body.write(userSectors)
        body.write(currentSectors)
        body.write(maximumRequestBytes)
        body.write(UInt16(0))
        body.write(flags.rawValue)
        limits?.write(to: &body)
    }
}

extension QueueLimits {
    init(_ reader: inout ByteReader) throws(WireError) {
        self.init(
            physicalBlockBytes: try reader.read(), logicalBlockBytes: try reader.read(),
            alignmentOffset: try reader.read(), minimumIOBytes: try reader.read(),
            optimalIOBytes: try reader.read(), discardEnabled: try reader.read(UInt8.self) != 0,
            discardZeroesData: try reader.read(UInt8.self) != 0, writeSameCapable: try reader.read(UInt8.self) != 0)
        try reader.skip(1)
    }

    func write(to body: inout ByteWriter) {
        for field in [physicalBlockBytes, logicalBlockBytes, alignmentOffset, minimumIOBytes, optimalIOBytes] {
            body.write(field)
        }
        for field in [discardEnabled, discardZeroesData, writeSameCapable, false] {
            body.write(UInt8(field ? 1 : 0))
        }
    }
}

extension UUIDsPacket {
    init(_ reader: inout ByteReader) throws(WireError) {
        self.init(
            current: try reader.read(), bitmap: try reader.read(), historyStart: try reader.read(),
            historyEnd: try reader.read(), bitsSet: try reader.read(), flags: Flags(rawValue: try reader.read()))
    }

    func write(to body: inout ByteWriter) {
        for field in [current, bitmap, historyStart, historyEnd, bitsSet, flags.rawValue] {
            body.write(field)
        }
    }
}
