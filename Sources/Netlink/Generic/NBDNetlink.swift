import CMnl
import Glibc

/// The kernel's nbd driver, configured by generic netlink (uapi linux/nbd-netlink.h). Synchronous; one thread.
package final class NBDNetlink {
    private let kernel: GenericNetlink
    private let family: GenericNetlink.Family

    /// - Throws: `.missing` where this kernel has no nbd.
    package init() throws(NetlinkError) {
        kernel = try GenericNetlink()
        family = try kernel.family(NBD_GENL_FAMILY_NAME)
    }

    /// Gives the kernel the sockets; the device then carries requests.
    /// - Returns: the index N of `/dev/nbdN`.
    package func connect(_ attachment: NBDAttachment) throws(NetlinkError) -> UInt32 {
        let subject = attachment.index.map { "/dev/nbd\($0)" } ?? "a free /dev/nbd"
        let operation = "connect"
        let answers = try kernel.ask(Self.connectRequest(attachment, family: family), operation, subject)
        guard let index = Self.decodeIndex(answers) ?? attachment.index else {
            throw NetlinkError(operation: operation, subject: subject, cause: .badAnswer("it names no device"))
        }
        return index
    }

    /// Gives a device whose connections died new sockets, within its dead-connection time-out.
    package func reconnect(_ attachment: NBDAttachment, index: UInt32) throws(NetlinkError) {
        let request = Self.reconnectRequest(attachment, index: index, family: family)
        _ = try kernel.ask(request, "reconnect", "/dev/nbd\(index)")
    }

    /// Ends a device's connections; requests under way fail. A device that is not connected is no error.
    package func disconnect(index: UInt32) throws(NetlinkError) {
        do throws(NetlinkError) {
            let request = Self.request(NBD_CMD_DISCONNECT, index: index, family: family)
            _ = try kernel.ask(request, "disconnect", "/dev/nbd\(index)")
        } catch {
            // The driver answers EINVAL for an index without device, and nothing for one without connection.
            guard error.errno == EINVAL else { throw error }
        }
    }

    /// All devices, or the one asked for.
    package func status(index: UInt32? = nil) throws(NetlinkError) -> [NBDDeviceStatus] {
        let subject = index.map { "/dev/nbd\($0)" } ?? "the nbd devices"
        let request = Self.request(NBD_CMD_STATUS, index: index, family: family)
        return Self.decodeStatus(try kernel.ask(request, "read the state of", subject))
    }

    static func connectRequest(_ attachment: NBDAttachment, family: GenericNetlink.Family) -> NetlinkRequest {
        var request = request(NBD_CMD_CONNECT, index: attachment.index, family: family)
        request.put(Int(NBD_ATTR_SIZE_BYTES), attachment.sizeBytes)
        request.put(Int(NBD_ATTR_BLOCK_SIZE_BYTES), attachment.blockSizeBytes)
        request.put(Int(NBD_ATTR_SERVER_FLAGS), UInt64(attachment.transmissionFlags))
        putSettings(of: attachment, in: &request)
        return request
    }

    /// A reconnect must not repeat size and block size: the driver refuses to change them.
    static func reconnectRequest(
        _ attachment: NBDAttachment, index: UInt32, family: GenericNetlink.Family
    ) -> NetlinkRequest {
        var request = request(NBD_CMD_RECONFIGURE, index: index, family: family)
        putSettings(of: attachment, in: &request)
        return request
    }

    private static func putSettings(of attachment: NBDAttachment, in request: inout NetlinkRequest) {
        if let timeout = attachment.requestTimeout {
            request.put(Int(NBD_ATTR_TIMEOUT), UInt64(clamping: timeout.components.seconds))
        }
        if let timeout = attachment.deadConnectionTimeout {
            request.put(Int(NBD_ATTR_DEAD_CONN_TIMEOUT), UInt64(clamping: timeout.components.seconds))
        }
        let disconnectOnClose: UInt64 = 1 << 1  // NBD_CFLAG_DISCONNECT_ON_CLOSE, uapi linux/nbd.h
        request.put(Int(NBD_ATTR_CLIENT_FLAGS), attachment.disconnectsOnClose ? disconnectOnClose : 0)
        if let identifier = attachment.backendIdentifier {
            request.put(Int(NBD_ATTR_BACKEND_IDENTIFIER), identifier)
        }
        request.nest(Int(NBD_ATTR_SOCKETS)) { list in
            for socket in attachment.sockets {
                list.nest(Int(NBD_SOCK_ITEM)) { $0.put(Int(NBD_SOCK_FD), UInt32(bitPattern: socket)) }
            }
        }
    }

    private static func request(
        _ command: Int, index: UInt32?, family: GenericNetlink.Family
    ) -> NetlinkRequest {
        var request = NetlinkRequest(type: family.identifier, flags: 0)
        request.putFixed(genlmsghdr(cmd: UInt8(command), version: UInt8(NBD_GENL_VERSION), reserved: 0))
        if let index { request.put(Int(NBD_ATTR_INDEX), index) }
        return request
    }

    static func decodeIndex(_ answers: [NetlinkMessage]) -> UInt32? {
        for answer in answers {
            let attributes = answer.attributes(after: MemoryLayout<genlmsghdr>.size)
            if let index = attributes.uint32(Int(NBD_ATTR_INDEX)) { return index }
        }
        return nil
    }

    static func decodeStatus(_ answers: [NetlinkMessage]) -> [NBDDeviceStatus] {
        answers.flatMap { answer -> [NBDDeviceStatus] in
            let attributes = answer.attributes(after: MemoryLayout<genlmsghdr>.size)
            let items = attributes.nested(Int(NBD_ATTR_DEVICE_LIST))?.payloads ?? []
            return items.compactMap { item in
                let device = NetlinkAttributes(item[...])
                guard let index = device.uint32(Int(NBD_DEVICE_INDEX)) else { return nil }
                return NBDDeviceStatus(index: index, isConnected: device.uint8(Int(NBD_DEVICE_CONNECTED)) == 1)
            }
        }
    }
}
