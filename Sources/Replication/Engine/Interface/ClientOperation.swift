import ClusterModel

/// What a local client wants of the volume.
///
/// Ranges are multiples of 512 bytes within the device. Reads and writes have at most `largestData` bytes, trims and
/// zeroing at most `largestZeroing`; the front end splits what is longer. The engine answers everything else with EINVAL.
package enum ClientOperation: Hashable, Sendable {
    case read(ByteRange)
    /// `fua`: on stable storage on both copies before it is acknowledged.
    case write(ByteRange, fua: Bool)
    /// Everything acknowledged before is on stable storage on both copies (or on the one that may serve).
    case flush
    /// The contents of the range no longer matter.
    case trim(ByteRange)
    /// The range reads as zeroes afterwards.
    case writeZeroes(ByteRange, mayUnmap: Bool, fua: Bool)

    /// Most bytes of one read or write: what one packet may carry.
    package static let largestData: UInt64 = 1 << 20
    /// Most bytes of one trim or zeroing: what one packet may name when WSAME was agreed.
    package static let largestZeroing: UInt64 = 128 << 20
}
