import CSystemd
import Glibc

/// One connection by sd-bus, never blocking: whoever owns it waits for `descriptor` and calls `next` until idle.
///
/// No C callbacks: libsystemd hands every message that nobody claimed to the caller, and replies are found by cookie.
final class BusConnection {
    enum Step {
        /// Nothing to do before `descriptor` is ready or `deadline` passed.
        case idle
        /// Some progress inside the library (greeting, writing); call again.
        case progressed
        case message(BusMessage)
    }

    let endpoint: BusEndpoint
    private let bus: OpaquePointer

    init(_ endpoint: BusEndpoint) throws(BusError) {
        self.endpoint = endpoint
        var created: OpaquePointer?
        try Self.check(sd_bus_new(&created), "sd_bus_new", endpoint)
        guard let created else { preconditionFailure("sd_bus_new succeeded without a bus") }
        bus = created
        try Self.check(sd_bus_set_address(bus, endpoint.address), "sd_bus_set_address", endpoint)
        try Self.check(
            sd_bus_set_bus_client(bus, endpoint.isBusDaemon ? 1 : 0), "sd_bus_set_bus_client", endpoint)
        try Self.check(sd_bus_start(bus), "connect", endpoint)
    }

    deinit {
        sd_bus_close(bus)
        sd_bus_unref(bus)
    }

    /// Greeting and authentication are over.
    var isReady: Bool { sd_bus_is_ready(bus) > 0 }

    /// nil once the connection is closed.
    var descriptor: Int32? {
        let descriptor = sd_bus_get_fd(bus)
        return descriptor >= 0 ? descriptor : nil
    }

    /// What to wait for on `descriptor`; changes with every `next` and `send`.
    var wanted: (readable: Bool, writable: Bool) {
        let events = sd_bus_get_events(bus)
        guard events >= 0 else { return (true, false) }
        return (events & Int32(POLLIN) != 0, events & Int32(POLLOUT) != 0)
    }

    /// When `next` must be called even if the descriptor stays quiet: `CLOCK_MONOTONIC`, microseconds; 0 means now.
    var deadlineMicroseconds: UInt64? {
        var deadline: UInt64 = 0
        guard sd_bus_get_timeout(bus, &deadline) > 0, deadline != .max else { return nil }
        return deadline
    }

    /// Sends a call; the answer comes out of `next` with this cookie as its `replyCookie`.
    func send(_ call: BusCall) throws(BusError) -> UInt64 {
        let message = try compose(call)
        var cookie: UInt64 = 0
        try Self.check(sd_bus_send(bus, message.raw, &cookie), "sd_bus_send", endpoint)
        return cookie
    }

    /// One step of work. Throws when the connection is gone.
    func next() throws(BusError) -> Step {
        var message: OpaquePointer?
        let result = sd_bus_process(bus, &message)
        try Self.check(result, "sd_bus_process", endpoint)
        if let message { return .message(BusMessage(owning: message)) }
        return result > 0 ? .progressed : .idle
    }

    private func compose(_ call: BusCall) throws(BusError) -> BusMessage {
        var created: OpaquePointer?
        let result = sd_bus_message_new_method_call(
            bus, &created, call.destination, call.path, call.interface, call.member)
        try Self.check(result, "sd_bus_message_new_method_call", endpoint)
        guard let created else { preconditionFailure("a D-Bus message was made but is absent") }
        let message = BusMessage(owning: created)
        for argument in call.arguments {
            let type = CChar(truncatingIfNeeded: UnicodeScalar("s").value)
            let appended = argument.withCString { sd_bus_message_append_basic(message.raw, type, $0) }
            try Self.check(appended, "sd_bus_message_append_basic", endpoint)
        }
        return message
    }

    private static func check(_ result: Int32, _ call: String, _ endpoint: BusEndpoint) throws(BusError) {
        guard result < 0 else { return }
        throw BusError(
            operation: "talk to systemd over", subject: endpoint.path, cause: .local(call: call, errno: -result))
    }
}
