import ClusterModel

/// What a volume's engine wants done. The runtime carries effects out in the order given.
package enum VolumeEffect: Hashable, Sendable {
    // The peer
    /// Put the packet into its socket's queue (`PeerPacket.socket`), followed by the bytes of `payload` where the
    /// packet carries data. The bytes are used until they are sent or the connection is gone.
    case send(PeerPacket, payload: BufferID?)
    /// Look for the peer (drbd-8.4 two sockets) until it is found or `dropConnection`.
    case openConnection
    /// Close both sockets and stop looking; what is queued is thrown away. `reason` goes to the log. With
    /// `thenReconnect` look for the peer again, at most once a second.
    case dropConnection(reason: String, thenReconnect: Bool)
    /// As `dropConnection` without reconnecting, but what is queued may still be sent for a moment.
    case closeConnection

    // The data device; all answered by `diskCompleted`
    case readDisk(DiskOperationID, ByteRange, into: BufferID)
    case writeDisk(DiskOperationID, ByteRange, from: BufferID, fua: Bool)
    /// Make the range read as zeroes. With `mayUnmap` blocks may be given back to the device.
    case zeroDisk(DiskOperationID, ByteRange, mayUnmap: Bool)
    /// Tell the device that the range's contents no longer matter. An unsupported discard is a success.
    case discardDisk(DiskOperationID, ByteRange)
    case flushDisk(DiskOperationID)

    // Metadata; all answered by `metadataStored`, see the guarantees at `VolumeEvent`
    case storeSuperblock(MetadataWriteID, Superblock)
    case storeBitmapPages(MetadataWriteID, [BitmapPage])
    case storeActivityLog(MetadataWriteID, ActivityLogTransaction)
    /// Write every block of the ring as initialised.
    case clearActivityLog(MetadataWriteID)
    /// Give the disk up: close it.
    case detachDisk

    // Clients
    /// Exactly one for each `clientRequested`.
    case completeRequest(RequestID, RequestResult)
    /// The engine will not name this buffer again. A `send` before still uses it until it is sent.
    case release(BufferID)
    /// The size of the device in bytes, whenever it becomes known or changes.
    case deviceSizeChanged(UInt64)

    // The rest
    case armTimer(VolumeTimer, at: Instant)
    case cancelTimer(VolumeTimer)
    case completeOrder(OrderID, VolumeOrderResult)
    /// `VolumeEngine.report` has changed.
    case reportChanged
    case log(VolumeLogEntry)
    /// The disk failed and `on-io-error` is panic: stop this node.
    case panic(reason: String)
    /// The answer to `stopRequested`: nothing is under way any more.
    case stopped
}

/// One page of the bitmap to be written.
package struct BitmapPage: Hashable, Sendable {
    /// Counted from the start of the bitmap; `MetadataLayout.bitmapPage` tells the place.
    package var index: Int
    /// 512 words.
    package var words: [UInt64]

    package init(index: Int, words: [UInt64]) {
        self.index = index
        self.words = words
    }
}

/// A line for the log: one plain sentence with its numbers.
package struct VolumeLogEntry: Hashable, Sendable {
    package enum Level: UInt8, Hashable, Sendable, Comparable {
        case debug
        case info
        case warning
        case error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    package var level: Level
    package var text: String

    package init(level: Level, text: String) {
        self.level = level
        self.text = text
    }
}
