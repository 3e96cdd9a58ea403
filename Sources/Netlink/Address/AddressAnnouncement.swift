import ClusterModel
import LinuxIO
import WireFormat

/// Tells the segment, several times, that an address is at this machine now, so that switches and neighbours send to it
/// at once instead of when their memory of the other machine expires. Listens meanwhile for somebody who disagrees.
final class AddressAnnouncement {
    private let loop: EventLoop
    private let socket: AddressSocket
    private let interval: Duration
    private var left: Int
    private var timer: TimerID?
    private let onConflict: (MACAddress) -> Void
    private let onEnd: () -> Void

    /// Sends the first announcement at once.
    init(
        of address: IPAddress, on link: LinkStatus, own: [MACAddress], count: Int, every interval: Duration,
        loop: EventLoop, onConflict: @escaping (MACAddress) -> Void, onEnd: @escaping () -> Void
    ) throws(AddressFailure) {
        self.loop = loop
        self.interval = interval
        self.onConflict = onConflict
        self.onEnd = onEnd
        left = count
        socket = try AddressSocket(address, on: link, own: own, loop: loop)
        try socket.listen { [weak self] claim in
            // Another's probe is answered by our kernel; only another's claim is a conflict.
            if claim.kind == .has { self?.onConflict(claim.mac) }
        }
        announce()
    }

    deinit { cancel() }

    func cancel() {
        if let timer { loop.cancel(timer) }
        timer = nil
        socket.close()
    }

    private func announce() {
        guard left > 0 else {
            cancel()
            return onEnd()
        }
        left -= 1
        // An interface that goes down meanwhile refuses: its return is announced anew.
        do throws(AddressFailure) { try socket.sendAnnouncement() } catch {}
        timer = loop.schedule(after: interval) { [weak self] in self?.announce() }
    }
}
