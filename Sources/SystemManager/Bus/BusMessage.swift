import CSystemd

/// One D-Bus message, read front to back. Every read answers nil where the message is of another shape.
final class BusMessage {
    enum Kind {
        case call
        case reply
        case failure(name: String, message: String)
        case signal(interface: String, member: String)
    }

    let raw: OpaquePointer

    /// Takes over the caller's reference.
    init(owning raw: OpaquePointer) {
        self.raw = raw
    }

    deinit {
        sd_bus_message_unref(raw)
    }

    var kind: Kind {
        var type: UInt8 = 0
        sd_bus_message_get_type(raw, &type)
        switch Int(type) {
        case Int(SD_BUS_MESSAGE_METHOD_RETURN): return .reply
        case Int(SD_BUS_MESSAGE_METHOD_ERROR):
            let error = sd_bus_message_get_error(raw)?.pointee
            return .failure(name: text(error?.name), message: text(error?.message))
        case Int(SD_BUS_MESSAGE_SIGNAL):
            return .signal(
                interface: text(sd_bus_message_get_interface(raw)), member: text(sd_bus_message_get_member(raw)))
        default: return .call
        }
    }

    /// The object a signal comes from.
    var path: String { text(sd_bus_message_get_path(raw)) }

    /// The bus name of the sender; nil on a direct connection.
    var sender: String? { sd_bus_message_get_sender(raw).map { String(cString: $0) } }

    /// The cookie of the call that this message answers.
    var replyCookie: UInt64? {
        var cookie: UInt64 = 0
        return sd_bus_message_get_reply_cookie(raw, &cookie) >= 0 ? cookie : nil
    }

    func readString() -> String? { readText("s") }

    func readObjectPath() -> String? { readText("o") }

    func readUInt32() -> UInt32? {
        var value: UInt32 = 0
        return sd_bus_message_read_basic(raw, code("u"), &value) > 0 ? value : nil
    }

    /// A dictionary from strings to variants (`a{sv}`): the entries that are strings, in order; others are skipped.
    func readStringProperties() -> [(name: String, value: String)]? {
        var properties: [(name: String, value: String)] = []
        guard enter("a", "{sv}") > 0 else { return nil }
        while true {
            let entered = enter("e", "sv")
            if entered == 0 { break }
            guard entered > 0, let name = readString() else { return nil }
            if let value = readStringVariant() {
                properties.append((name, value))
            } else if sd_bus_message_skip(raw, "v") < 0 {
                return nil
            }
            guard leave() else { return nil }
        }
        return leave() ? properties : nil
    }

    /// A string inside a variant; nil where the variant holds something else, which then is still to be skipped.
    private func readStringVariant() -> String? {
        var type: CChar = 0
        var contents: UnsafePointer<CChar>?
        guard sd_bus_message_peek_type(raw, &type, &contents) > 0, type == code("v"), text(contents) == "s",
            enter("v", "s") > 0
        else { return nil }
        defer { _ = leave() }
        return readString()
    }

    private func enter(_ type: Unicode.Scalar, _ contents: String) -> Int32 {
        sd_bus_message_enter_container(raw, code(type), contents)
    }

    private func leave() -> Bool {
        sd_bus_message_exit_container(raw) >= 0
    }

    private func readText(_ type: Unicode.Scalar) -> String? {
        var value: UnsafePointer<CChar>?
        guard sd_bus_message_read_basic(raw, code(type), &value) > 0 else { return nil }
        return value.map { String(cString: $0) }
    }

    private func code(_ type: Unicode.Scalar) -> CChar { CChar(truncatingIfNeeded: type.value) }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }
}
