import CMnl
import ClusterModel
import Glibc

/// The kernel's interfaces and addresses (NETLINK_ROUTE). Synchronous, answers at once; one thread; bound for life to the
/// network namespace in which it was opened.
package final class RouteSocket {
    private let socket: NetlinkSocket

    package init() throws(NetlinkError) {
        socket = try NetlinkSocket(protocol: NETLINK_ROUTE)
    }

    /// All interfaces, in the kernel's order.
    package func links() throws(NetlinkError) -> [LinkStatus] {
        var request = NetlinkRequest(type: UInt16(RTM_GETLINK), flags: 0)
        request.putFixed(ifinfomsg())
        return try socket.dump(request, "list the network interfaces").compactMap { message in
            Int(message.type) == Int(RTM_NEWLINK) ? LinkStatus(message) : nil
        }
    }

    /// The interface with a name of 1…15 bytes.
    /// - Throws: `.missing` where there is none.
    package func link(named name: String) throws(NetlinkError) -> LinkStatus {
        let operation = "read the state of interface"
        // IFNAMSIZ counts the terminating zero.
        guard (1...15).contains(name.utf8.count) else {
            throw NetlinkError(operation: operation, subject: name, cause: .missing("no interface can have this name"))
        }
        do throws(NetlinkError) {
            let answers = try socket.ask(Self.linkRequest(name), operation, name)
            if let link = answers.lazy.compactMap(LinkStatus.init).first { return link }
            throw NetlinkError(operation: operation, subject: name, cause: .badAnswer("it describes no interface"))
        } catch {
            guard error.errno == ENODEV else { throw error }
            let cause = NetlinkError.Cause.missing("this machine has no interface of this name")
            throw NetlinkError(operation: operation, subject: name, cause: cause)
        }
    }

    /// All IPv4 and IPv6 addresses, or those of one interface, in the kernel's order.
    package func addresses(on interfaceIndex: UInt32? = nil) throws(NetlinkError) -> [AddressStatus] {
        var request = NetlinkRequest(type: UInt16(RTM_GETADDR), flags: 0)
        request.putFixed(ifaddrmsg())
        return try socket.dump(request, "list the addresses").compactMap { message in
            guard Int(message.type) == Int(RTM_NEWADDR), let status = AddressStatus(message) else { return nil }
            return interfaceIndex.map { $0 == status.interfaceIndex } ?? true ? status : nil
        }
    }

    /// The addresses that carry a label.
    package func addresses(labelled label: String) throws(NetlinkError) -> [AddressStatus] {
        try addresses().filter { $0.label == label }
    }

    /// Adds an address; one that is there already is taken over as it is. IPv6 is usable at once: who calls has
    /// probed for duplicates already, the kernel does not do it again.
    package func addAddress(_ spec: AddressSpec) throws(NetlinkError) {
        try socket.acknowledge(Self.addRequest(spec), "add the address", spec.description)
    }

    /// Removes an address; one that is not there is no error.
    /// - Returns: whether it was there.
    @discardableResult
    package func deleteAddress(_ spec: AddressSpec) throws(NetlinkError) -> Bool {
        do throws(NetlinkError) {
            try socket.acknowledge(Self.deleteRequest(spec), "remove the address", spec.description)
            return true
        } catch {
            switch error.errno {
            // No such address; no such interface any more.
            case EADDRNOTAVAIL, ENODEV: return false
            default: throw error
            }
        }
    }

    static func linkRequest(_ name: String) -> NetlinkRequest {
        var request = NetlinkRequest(type: UInt16(RTM_GETLINK), flags: 0)
        request.putFixed(ifinfomsg())
        request.put(Int(IFLA_IFNAME), name)
        return request
    }

    static func addRequest(_ spec: AddressSpec) -> NetlinkRequest {
        var request = addressRequest(UInt16(RTM_NEWADDR), spec, flags: NLM_F_CREATE | NLM_F_REPLACE)
        if let broadcast = spec.broadcast { request.put(Int(IFA_BROADCAST), broadcast) }
        if spec.address.netlinkFamily == AF_INET6 { request.put(Int(IFA_FLAGS), UInt32(IFA_F_NODAD)) }
        return request
    }

    /// Without the label: an address that carries another one is removed all the same.
    static func deleteRequest(_ spec: AddressSpec) -> NetlinkRequest {
        var spec = spec
        spec.label = nil
        return addressRequest(UInt16(RTM_DELADDR), spec, flags: 0)
    }

    private static func addressRequest(_ type: UInt16, _ spec: AddressSpec, flags: Int32) -> NetlinkRequest {
        var request = NetlinkRequest(type: type, flags: flags)
        request.putFixed(
            ifaddrmsg(
                ifa_family: UInt8(spec.address.netlinkFamily), ifa_prefixlen: spec.prefixLength, ifa_flags: 0,
                ifa_scope: UInt8(RT_SCOPE_UNIVERSE.rawValue), ifa_index: spec.interfaceIndex))
        request.put(Int(IFA_LOCAL), spec.address.netlinkBytes)
        request.put(Int(IFA_ADDRESS), spec.address.netlinkBytes)
        if let label = spec.label, spec.address.netlinkFamily == AF_INET { request.put(Int(IFA_LABEL), label) }
        return request
    }
}
