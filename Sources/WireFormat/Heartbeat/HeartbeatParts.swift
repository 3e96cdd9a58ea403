import ClusterModel

/// The repeated parts of a heartbeat.
///
///     group    name · phase in bits 0–3, wish in bits 4–5, able in bit 6 · epoch
///     volume   name · copy in bits 0–3, peer's copy in bits 4–7
///              · replication in bits 0–3, primary in bit 4, frozen in bit 5, split brain in bit 6
///              · generation 8 bytes · out-of-sync bytes
enum HeartbeatParts {
    static func write(_ report: GroupReport, to writer: inout ByteWriter) throws(HeartbeatCodec.EncodingError) {
        try HeartbeatCodec.write(report.group.text, to: &writer)
        writer.write(report.phase.rawValue | report.wish.rawValue << 4 | (report.isAble ? 0x40 : 0))
        writer.writeVariable(report.epoch.number)
    }

    static func readGroup(_ reader: inout ByteReader) throws(WireError) -> GroupReport {
        let name: GroupName = try HeartbeatCodec.readName("group name", &reader)
        let bits: UInt8 = try reader.read()
        guard bits & 0x80 == 0, let phase = GroupReport.Phase(rawValue: bits & 0xf),
            let wish = GroupReport.Wish(rawValue: bits >> 4 & 3)
        else { throw .badValue("group state", UInt64(bits)) }
        let epoch = Epoch(try reader.readVariable())
        return GroupReport(group: name, phase: phase, wish: wish, isAble: bits & 0x40 != 0, epoch: epoch)
    }

    static func write(_ beat: VolumeBeat, to writer: inout ByteWriter) throws(HeartbeatCodec.EncodingError) {
        let report = beat.report
        try HeartbeatCodec.write(beat.volume.text, to: &writer)
        writer.write(report.copy.rawValue | report.peerCopy.rawValue << 4)
        writer.write(
            report.replication.bits | (report.isPrimary ? 0x10 : 0) | (report.isFrozen ? 0x20 : 0)
                | (report.isSplitBrain ? 0x40 : 0))
        writer.write(report.generation)
        writer.writeVariable(report.outOfSyncBytes)
    }

    static func readVolume(_ reader: inout ByteReader) throws(WireError) -> VolumeBeat {
        let name: VolumeName = try HeartbeatCodec.readName("volume name", &reader)
        let copies: UInt8 = try reader.read()
        guard let copy = CopyState(rawValue: copies & 0xf), let peerCopy = CopyState(rawValue: copies >> 4) else {
            throw .badValue("copy states", UInt64(copies))
        }
        let bits: UInt8 = try reader.read()
        guard bits & 0x80 == 0, let replication = VolumeReport.Replication(bits: bits & 0xf) else {
            throw .badValue("volume state", UInt64(bits))
        }
        let generation: UInt64 = try reader.read()
        return VolumeBeat(
            volume: name,
            report: VolumeReport(
                isPrimary: bits & 0x10 != 0, copy: copy, peerCopy: peerCopy, replication: replication,
                isFrozen: bits & 0x20 != 0, isSplitBrain: bits & 0x40 != 0, generation: generation,
                outOfSyncBytes: try reader.readVariable()))
    }
}

extension VolumeReport.Replication {
    fileprivate var bits: UInt8 {
        switch self {
        case .standAlone: 0
        case .disconnected: 1
        case .connected: 2
        case .resyncSource: 3
        case .resyncTarget: 4
        }
    }

    fileprivate init?(bits: UInt8) {
        switch bits {
        case 0: self = .standAlone
        case 1: self = .disconnected
        case 2: self = .connected
        case 3: self = .resyncSource
        case 4: self = .resyncTarget
        default: return nil
        }
    }
}
