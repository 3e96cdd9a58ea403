import ClusterModel

/// What the process of one volume answers on its control socket.
package enum VolumeEngineResponse: Hashable, Sendable, Codable {
    /// The end of an order.
    case orderEnded(VolumeOrderResult)
    /// The volume is a block device now; `device` is its stable name, e.g. `/dev/bascule/data`.
    case attached(device: String)
    case detached
    /// Attaching, detaching or ending failed; one sentence says why and what would help.
    case failed(String)
    case status(VolumeStatusDocument)
    /// To subscribers: the facts that ownership needs.
    case report(VolumeReport)
    /// The process is ending.
    case ending
    /// The request was not understood or not tried.
    case error(ControlError)
}

/// A response and the number of the call it belongs to; 0 where the call's number could not be read.
package struct VolumeEngineAnswer: Hashable, Sendable, Codable {
    package var number: UInt32
    package var response: VolumeEngineResponse

    package init(number: UInt32, response: VolumeEngineResponse) {
        self.number = number
        self.response = response
    }
}
