import ClusterModel

/// Everything that can happen to a node, as its brain hears of it.
///
/// The runtime turns each thing it notices into one event, in the order noticed, and carries out the returned effects in
/// their order. No event may be made up: what is not known is not said.
package enum NodeEvent: Hashable, Sendable {
    /// The first event of an incarnation, exactly once. `StoredState()` where there is no readable state file.
    /// `boot` is the kernel's boot identity (folded to 64 bits), `incarnation` the wall clock in nanoseconds, never below
    /// `stored.incarnation + 1`.
    case started(StoredState, boot: UInt64, incarnation: UInt64)
    /// A beat whose seal was right. Wrongly sealed or malformed ones are counted by the runtime and never come here.
    case heartbeatReceived(Heartbeat, on: LinkName)
    /// The link cannot send or receive (device gone, interface missing). It stays faulty until restored.
    case linkFailed(LinkName, reason: String)
    case linkRestored(LinkName)
    /// Ethernet carrier or the serial line's CTS/DSR changed.
    case carrierChanged(LinkName, isUp: Bool)
    /// An armed timer is due. Being late is allowed and noticed; firing a cancelled one is ignored.
    case timerFired(NodeTimer)
    case stepCompleted(StepID, StepOutcome)
    /// Monitoring saw a started resource fail (unit failed, script says stopped, address or mount vanished).
    case resourceFailed(GroupName, resource: Int, reason: String)
    /// The engine's facts changed; nil: no engine is connected any more.
    case volumeReported(VolumeName, VolumeReport?)
    case volumeOrderCompleted(OrderID, VolumeOrderResult)
    /// The state with this number, and so every earlier one, is on stable storage.
    case stateStored(StoreID)
    case stateStoreFailed(StoreID, reason: String)
    /// An address of `pingNodes` answered (ICMP echo).
    case pingAnswered(String)
    /// An echo was not answered before the next was due, or could not be sent.
    case pingMissed(String)
    /// The probe's time is over (nil: nobody answered), or somebody answered before.
    case probeCompleted(ProbeID, answeredBy: HardwareAddress?)
    case operatorRequested(RequestID, OperatorRequest)
    /// SIGTERM: hand over what runs here, release the rest, say `left`, exit.
    case shutdownRequested
}

/// How a started or stopped resource step ended.
package enum StepOutcome: Hashable, Sendable, Codable {
    case done
    case failed(String)
    /// It did not end within its timeout; what it left behind is not known.
    case timedOut
}

/// An Ethernet address as an ARP or NA answer shows it.
package struct HardwareAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Six bytes in the low 48 bits, first byte highest.
    package var bits: UInt64

    package init(bits: UInt64) {
        self.bits = bits & 0xffff_ffff_ffff
    }

    package var description: String {
        (0..<6).map { index in
            let byte = UInt8(truncatingIfNeeded: bits >> UInt64(40 - 8 * index))
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined(separator: ":")
    }
}
