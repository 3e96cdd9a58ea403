/// What the kernel's nbd driver needs to know to make a block device of connected sockets.
package struct NBDAttachment: Hashable, Sendable {
    /// Which `/dev/nbdN` to use; nil lets the kernel choose a free one.
    package var index: UInt32?
    /// Connected stream sockets past the NBD handshake. The kernel takes its own references: the caller may close
    /// its descriptors after a successful connect.
    package var sockets: [Int32]
    package var sizeBytes: UInt64
    /// Logical block size: a power of two, 512…4096.
    package var blockSizeBytes: UInt64
    /// The transmission flags of the handshake, as the server sent them.
    package var transmissionFlags: UInt16
    /// A request without answer for this long ends the connection; nil waits for ever. Whole seconds.
    package var requestTimeout: Duration?
    /// How long requests wait for a new socket after all connections died, before they fail. Whole seconds; this is
    /// the time in which a restarted engine may call `reconnect`.
    package var deadConnectionTimeout: Duration?
    /// Disconnect when the last opener closes the device.
    package var disconnectsOnClose: Bool
    /// A name the driver keeps for the device; a reconnect must carry the same one. nil means none (kernel < 5.14).
    package var backendIdentifier: String?

    package init(
        index: UInt32? = nil, sockets: [Int32], sizeBytes: UInt64, blockSizeBytes: UInt64 = 4096,
        transmissionFlags: UInt16, requestTimeout: Duration? = nil, deadConnectionTimeout: Duration? = nil,
        disconnectsOnClose: Bool = false, backendIdentifier: String? = nil
    ) {
        self.index = index
        self.sockets = sockets
        self.sizeBytes = sizeBytes
        self.blockSizeBytes = blockSizeBytes
        self.transmissionFlags = transmissionFlags
        self.requestTimeout = requestTimeout
        self.deadConnectionTimeout = deadConnectionTimeout
        self.disconnectsOnClose = disconnectsOnClose
        self.backendIdentifier = backendIdentifier
    }
}

/// One device of the kernel's nbd driver.
package struct NBDDeviceStatus: Hashable, Sendable {
    /// `/dev/nbdN`.
    package var index: UInt32
    package var isConnected: Bool

    package init(index: UInt32, isConnected: Bool) {
        self.index = index
        self.isConnected = isConnected
    }
}
