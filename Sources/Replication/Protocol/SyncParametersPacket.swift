/// Resync settings and the digests both nodes must share (`p_rs_param_95`, sent as `P_SYNC_PARAM89`).
/// The rate fields replace the receiver's own.
package struct SyncParametersPacket: Hashable, Sendable {
    /// KiB/s; used where `planAhead` is 0.
    package var resyncRate: UInt32
    /// Name of the digest for online verify, empty for none; at most 63 ASCII characters.
    package var verifyAlgorithm: String
    /// Name of the digest for resync by checksum, empty for none; at most 63 ASCII characters.
    package var checksumAlgorithm: String
    /// Tenths of a second; 0 switches the controller off.
    package var planAhead: UInt32
    /// Tenths of a second.
    package var delayTarget: UInt32
    /// Sectors in flight.
    package var fillTarget: UInt32
    /// KiB/s.
    package var maximumRate: UInt32

    /// The defaults are the kernel driver's.
    package init(
        resyncRate: UInt32 = 250, verifyAlgorithm: String = "", checksumAlgorithm: String = "",
        planAhead: UInt32 = 20, delayTarget: UInt32 = 10, fillTarget: UInt32 = 100, maximumRate: UInt32 = 102_400
    ) {
        self.resyncRate = resyncRate
        self.verifyAlgorithm = verifyAlgorithm
        self.checksumAlgorithm = checksumAlgorithm
        self.planAhead = planAhead
        self.delayTarget = delayTarget
        self.fillTarget = fillTarget
        self.maximumRate = maximumRate
    }
}
