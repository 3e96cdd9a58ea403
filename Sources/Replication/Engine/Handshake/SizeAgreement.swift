/// The size both nodes can serve (drbd-8.4 P_SIZES); all in sectors.
struct SizeAgreement: Hashable, Sendable {
    enum Refusal: Error, Hashable, Sendable {
        /// The disk would lose its end.
        case shrinksDisk(from: UInt64, to: UInt64)
        /// Neither side knows a size.
        case unknown
    }

    let sectors: UInt64

    /// For a node with a disk.
    ///
    /// - Parameters:
    ///   - usable: what the own disk offers.
    ///   - agreed: the size agreed last, 0 for never.
    ///   - limit: the configured limit, 0 for none.
    ///   - mayShrink: the disk holds nothing of value, or the change was ordered while connected.
    init(usable: UInt64, agreed: UInt64, limit: UInt64, peer: SizesPacket, mayShrink: Bool) throws(Refusal) {
        let smallestLimit = [limit, peer.userSectors].filter { $0 > 0 }.min()
        let both = peer.diskSectors > 0 ? min(usable, peer.diskSectors) : agreed > 0 ? min(agreed, usable) : usable
        let size = min(both, smallestLimit ?? .max)
        guard size > 0 else { throw .unknown }
        guard size >= agreed || mayShrink else { throw .shrinksDisk(from: agreed, to: size) }
        sectors = size
    }

    /// For a node without a disk.
    ///
    /// - Parameter exported: the size clients see now, 0 for none; `isPrimary`: they must not lose its end.
    init(exported: UInt64, isPrimary: Bool, peer: SizesPacket) throws(Refusal) {
        let size = [peer.currentSectors, peer.userSectors, peer.diskSectors].first { $0 > 0 } ?? exported
        guard size > 0 else { throw .unknown }
        guard size >= exported || !isPrimary else { throw .shrinksDisk(from: exported, to: size) }
        sectors = size
    }
}
