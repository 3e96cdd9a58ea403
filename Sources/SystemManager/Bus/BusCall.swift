/// A method call with string arguments, which is all that systemd's manager wants from us.
struct BusCall {
    var destination = "org.freedesktop.systemd1"
    var path = "/org/freedesktop/systemd1"
    var interface = "org.freedesktop.systemd1.Manager"
    var member: String
    var arguments: [String] = []

    static func startUnit(_ unit: String) -> BusCall {
        BusCall(member: "StartUnit", arguments: [unit, "replace"])
    }

    static func stopUnit(_ unit: String) -> BusCall {
        BusCall(member: "StopUnit", arguments: [unit, "replace"])
    }

    static func unitFileState(_ unit: String) -> BusCall {
        BusCall(member: "GetUnitFileState", arguments: [unit])
    }

    /// Clears a unit's failed state, so that its next failure is a change again.
    static func resetFailed(_ unit: String) -> BusCall {
        BusCall(member: "ResetFailedUnit", arguments: [unit])
    }

    /// Makes systemd send signals over a bus daemon; on its own socket they come unasked.
    static let subscribe = BusCall(member: "Subscribe")

    /// All properties of an object; an empty interface means those of every interface.
    static func properties(of path: String, interface: String) -> BusCall {
        BusCall(
            path: path, interface: "org.freedesktop.DBus.Properties", member: "GetAll", arguments: [interface])
    }

    /// Asks a bus daemon to pass matching signals on.
    static func match(_ rule: String) -> BusCall {
        daemon("AddMatch", rule)
    }

    static func unmatch(_ rule: String) -> BusCall {
        daemon("RemoveMatch", rule)
    }

    /// Asks a bus daemon for the unique name behind systemd's: signals from anybody else are forged.
    static let managerName = daemon("GetNameOwner", "org.freedesktop.systemd1")

    private static func daemon(_ member: String, _ argument: String) -> BusCall {
        BusCall(
            destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
            member: member, arguments: [argument])
    }
}
