import ClusterModel
import LinuxIO
import Netlink

/// Tells who cares how network interfaces fare, by name: an interface that is removed and made anew is the same to us.
///
/// One subscription to the kernel for all links. When the kernel lost events, every watched interface is read anew.
final class InterfaceWatch {
    /// nil: there is no such interface.
    typealias Handler = (Netlink.LinkStatus?) -> Void

    private struct Watch {
        var interface: String
        var handler: Handler
    }

    private let route: RouteSocket
    private var monitor: RouteMonitor?
    private var watches: [Watch] = []

    init(on loop: EventLoop) throws(NetlinkError) {
        route = try RouteSocket()
        monitor = try RouteMonitor(on: loop) { [weak self] in self?.take($0) }
    }

    deinit { close() }

    /// Calls the handler at every change of the interface or its addresses from now on.
    func watch(_ interface: String, _ handler: @escaping Handler) {
        watches.append(Watch(interface: interface, handler: handler))
    }

    /// The interface now.
    func status(of interface: String) -> Netlink.LinkStatus? {
        do throws(NetlinkError) {
            return try route.link(named: interface)
        } catch {
            // Missing, or the kernel cannot tell: either way nothing can be sent there at the moment.
            return nil
        }
    }

    func close() {
        monitor?.close()
        monitor = nil
        watches = []
    }

    private func take(_ event: RouteMonitor.Event) {
        switch event {
        case .linkChanged(let status): tell(status.name, status)
        case .linkRemoved(let status): tell(status.name, self.status(of: status.name))
        case .addressAdded, .addressRemoved, .overflowed: readAnew()
        }
    }

    private func readAnew() {
        for watch in watches { watch.handler(status(of: watch.interface)) }
    }

    private func tell(_ interface: String, _ status: Netlink.LinkStatus?) {
        for watch in watches where watch.interface == interface { watch.handler(status) }
    }
}
