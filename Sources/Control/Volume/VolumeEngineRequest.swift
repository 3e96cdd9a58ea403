import ClusterModel

/// What `bascule run` and the subcommands ask of the process that replicates one volume, over that process's own
/// control socket (`volumes/NAME/control.sock` under the run directory).
package enum VolumeEngineRequest: Hashable, Sendable, Codable {
    /// Carry out an order; answered by ``VolumeEngineResponse/orderEnded(_:)`` when it is done or refused.
    case order(VolumeOrder)
    /// Offer the volume to the kernel as a block device; succeeds at once where it already is. Needs a primary.
    case attach
    /// Take the block device away; refused while something has it open.
    case detach
    /// The state in full, once.
    case status
    /// A ``VolumeEngineResponse/report(_:)`` now and one after every change, until the client closes.
    case subscribe
    /// End the process in order. What was acknowledged is on the disks; the block device waits for the next start.
    case shutdown
}

/// A request with the client's own number, which every answer to it repeats.
package struct VolumeEngineCall: Hashable, Sendable, Codable {
    package var number: UInt32
    package var request: VolumeEngineRequest

    package init(number: UInt32, request: VolumeEngineRequest) {
        self.number = number
        self.request = request
    }
}
