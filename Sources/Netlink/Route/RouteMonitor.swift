import CMnl
import ClusterModel
import Glibc
import LinuxIO

/// Changes of interfaces and addresses as events on the loop, within a millisecond of the kernel's own notice.
package final class RouteMonitor {
    package enum Event: Hashable, Sendable {
        /// An interface appeared or changed: carrier, flags, name, MAC, MTU.
        case linkChanged(LinkStatus)
        case linkRemoved(LinkStatus)
        case addressAdded(AddressStatus)
        case addressRemoved(AddressStatus)
        /// The kernel had more to say than the socket holds: events are lost, read everything anew.
        case overflowed
    }

    private let socket: NetlinkSocket
    private let loop: EventLoop
    private let onEvent: (Event) -> Void
    private var registration: Registration?

    /// Datagrams per turn of the loop; the rest waits, heartbeats come first.
    private static let burst = 32

    /// Subscribes in the present network namespace.
    /// - Parameter onEvent: called on the loop.
    package init(on loop: EventLoop, _ onEvent: @escaping (Event) -> Void) throws(NetlinkError) {
        let groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR
        socket = try NetlinkSocket(protocol: NETLINK_ROUTE, groups: UInt32(groups), nonblocking: true)
        self.loop = loop
        self.onEvent = onEvent
        do throws(SystemError) {
            registration = try loop.register(socket.descriptor, for: .readable) { [weak self] _ in self?.drain() }
        } catch {
            throw NetlinkError(
                operation: "watch", subject: "the network interfaces", cause: .socket(call: "epoll", errno: error.errno)
            )
        }
    }

    deinit { close() }

    /// Ends the subscription; no event comes afterwards.
    package func close() {
        if let registration { loop.unregister(registration) }
        registration = nil
    }

    private func drain() {
        for _ in 0..<Self.burst {
            guard registration != nil else { return }
            do throws(NetlinkError) {
                guard let messages = try socket.receive() else { return }
                for event in messages.compactMap(Self.event) where registration != nil { onEvent(event) }
            } catch {
                // ENOBUFS is the kernel's word for lost events; after any other failure as much is unknown.
                onEvent(.overflowed)
                return
            }
        }
    }

    static func event(_ message: NetlinkMessage) -> Event? {
        // Only the kernel is port 0; another process could send here if it has CAP_NET_ADMIN, and could then do worse.
        switch Int(message.type) {
        case Int(RTM_NEWLINK): LinkStatus(message).map(Event.linkChanged)
        case Int(RTM_DELLINK): LinkStatus(message).map(Event.linkRemoved)
        case Int(RTM_NEWADDR): AddressStatus(message).map(Event.addressAdded)
        case Int(RTM_DELADDR): AddressStatus(message).map(Event.addressRemoved)
        default: nil
        }
    }
}
