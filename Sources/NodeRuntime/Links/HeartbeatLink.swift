import ClusterModel

/// One way heartbeats travel: carries sealed beats as bytes, and says how the way itself fares. Lives on the loop; its
/// handler is never called inside one of these calls except `open`.
package protocol HeartbeatLink: AnyObject {
    var name: LinkName { get }
    /// Where it runs, for people: `eth0 broadcast port 694`, `/dev/ttyS0 115200 baud`.
    var place: String { get }
    var counters: LinkCounters { get set }
    /// Begins. What cannot be opened yet is tried again each second.
    func open()
    /// Sends one sealed beat, or drops it: beats carry state, and a newer one follows.
    func send(_ beat: [UInt8])
    /// Ends; the handler is not called any more.
    func close()
}

/// What a link notices.
package enum LinkEvent: Hashable, Sendable {
    /// Bytes that may be a sealed beat.
    case received([UInt8])
    /// It cannot send or receive; said once, and again only with another reason.
    case failed(reason: String)
    case restored
    /// The cable's signal. The first word is never `false`: a signal that was never seen has not fallen.
    case carrierChanged(isUp: Bool)
}
