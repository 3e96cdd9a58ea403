/// One request of a local client. The runtime numbers them; a number is not used again within one engine's life.
package struct RequestID: RawRepresentable, Hashable, Sendable, Comparable {
    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static func < (left: RequestID, right: RequestID) -> Bool { left.rawValue < right.rawValue }
}

/// One operation on the data device. The engine numbers them upwards.
package struct DiskOperationID: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// One write of metadata. The engine numbers them upwards, in the order in which they are carried out.
package struct MetadataWriteID: RawRepresentable, Hashable, Sendable, Comparable {
    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static func < (left: MetadataWriteID, right: MetadataWriteID) -> Bool { left.rawValue < right.rawValue }
}

/// One order of the cluster or of a person. The runtime numbers them.
package struct OrderID: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Names memory that holds block data. The engine never sees the bytes; it only says what goes where.
package enum BufferID: Hashable, Sendable {
    /// The buffer of the client's request with this number: its data to write, or room for what it reads. Lent to
    /// the engine from `clientRequested` until `completeRequest`.
    case client(UInt64)
    /// The payload of a packet of the peer, numbered by the runtime when it hands the packet over. The engine's
    /// until it says `release`.
    case peer(UInt64)
    /// Made by the runtime, as long as the range, at the `readDisk` that first names it. The engine's until it says
    /// `release`.
    case engine(UInt64)
}

/// How a read or write of the data device or of metadata ended.
package enum DiskResult: Hashable, Sendable {
    case success
    /// The kernel's error number.
    case failed(errno: Int32)
}

/// How a client's request ended.
package enum RequestResult: Hashable, Sendable {
    case success
    /// A read that the peer served: copy from this buffer. `release` follows in the same list of effects.
    case successWithData(BufferID)
    /// The error number for the client: EIO (5), EINVAL (22), EROFS (30), EOPNOTSUPP (95).
    case failed(errno: Int32)
}
