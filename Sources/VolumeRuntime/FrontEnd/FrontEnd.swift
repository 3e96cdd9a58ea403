/// What makes a block device of the NBD server: the kernel's nbd driver, or in the lab FUSE and a loop device.
///
/// The device outlives this process: its users wait while the engine restarts, and the next life finds it again.
protocol FrontEnd: AnyObject {
    /// The block device as the kernel names it, or nil while there is none.
    var device: String? { get }

    /// Makes the device, or takes over the one a former life of this process left. Only while primary.
    func attach(_ volume: FrontEndVolume, _ done: @escaping (Result<String, FrontEndError>) -> Void)

    /// Takes the device away; refused while somebody uses it. Nothing to take away is a success.
    func detach(_ done: @escaping (Result<Void, FrontEndError>) -> Void)

    /// Lets requests fail that wait in the device for a next try, without taking it away: writes were given up, and the
    /// file system on it must learn of it to be unmounted.
    func giveUpWaiting()

    /// Ends a device that a former life left, come what may: its users get errors. For when the data have gone on
    /// without this node, and requests that wait in the device must never reach them.
    func abandon()
}

/// What the kernel has to know of the volume.
struct FrontEndVolume: Hashable, Sendable {
    var bytes: UInt64
    var logicalBlockSize: Int
}

/// Why a device cannot be made or taken away, in a sentence.
struct FrontEndError: Error, Hashable, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
