import CMnl
import Glibc

/// A conversation with kernel drivers that are configured by generic netlink. Synchronous; one thread.
package final class GenericNetlink {
    private let socket: NetlinkSocket

    package init() throws(NetlinkError) {
        socket = try NetlinkSocket(protocol: NETLINK_GENERIC)
    }

    /// A driver's family: the number its messages carry, given by the kernel when the driver was loaded.
    package struct Family: Hashable, Sendable {
        package var name: String
        package var identifier: UInt16
        package var version: UInt8
    }

    /// Looks a family up by name (1…15 bytes).
    /// - Throws: `.missing` where this kernel has no such family: the driver is not built in and not loaded.
    package func family(_ name: String) throws(NetlinkError) -> Family {
        precondition((1...15).contains(name.utf8.count), "no family can be named \(name)")
        let operation = "find the kernel's \(name) driver"
        do throws(NetlinkError) {
            let answers = try socket.ask(Self.familyRequest(name), operation, "")
            return try Self.decodeFamily(answers, name: name, operation: operation)
        } catch {
            guard error.errno == ENOENT else { throw error }
            throw NetlinkError(operation: operation, subject: "", cause: .missing(Self.absence(of: name)))
        }
    }

    /// Sends a command to a family; returns the answers that came before the acknowledgement.
    func ask(
        _ request: NetlinkRequest, _ operation: String, _ subject: String
    ) throws(NetlinkError) -> [NetlinkMessage] {
        try socket.ask(request, operation, subject)
    }

    static func familyRequest(_ name: String) -> NetlinkRequest {
        var request = NetlinkRequest(type: UInt16(GENL_ID_CTRL), flags: 0)
        request.putFixed(genlmsghdr(cmd: UInt8(CTRL_CMD_GETFAMILY), version: 1, reserved: 0))
        request.put(Int(CTRL_ATTR_FAMILY_NAME), name)
        return request
    }

    static func decodeFamily(
        _ answers: [NetlinkMessage], name: String, operation: String
    ) throws(NetlinkError) -> Family {
        for answer in answers {
            let attributes = answer.attributes(after: MemoryLayout<genlmsghdr>.size)
            guard attributes.text(Int(CTRL_ATTR_FAMILY_NAME)) == name,
                let identifier = attributes.uint16(Int(CTRL_ATTR_FAMILY_ID))
            else { continue }
            let version = attributes.uint32(Int(CTRL_ATTR_VERSION)) ?? 1
            return Family(name: name, identifier: identifier, version: UInt8(clamping: version))
        }
        throw NetlinkError(operation: operation, subject: "", cause: .badAnswer("it names no family \(name)"))
    }

    private static func absence(of name: String) -> String {
        "this kernel has no \(name): the driver is neither built in nor loaded (modprobe \(name))"
    }
}
