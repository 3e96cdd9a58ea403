import CSystemd
import Glibc

/// The units under watch and what was last said of each: decides whether a message is news.
struct WatchedUnits {
    private struct Entry {
        var status: UnitStatus
        var path: String
        /// Whether it was read since it is watched; before that, changes alone would be half a status.
        var isKnown = false
    }

    private var entries: [String: Entry] = [:]

    /// In a fixed order.
    var units: [String] { entries.keys.sorted() }

    func contains(_ unit: String) -> Bool { entries[unit] != nil }

    /// Whether it was not watched before.
    mutating func add(_ unit: String) -> Bool {
        guard entries[unit] == nil else { return false }
        entries[unit] = Entry(status: UnitStatus(unit: unit), path: Self.path(of: unit))
        return true
    }

    /// Whether it was watched.
    mutating func remove(_ unit: String) -> Bool {
        entries.removeValue(forKey: unit) != nil
    }

    /// Takes over a status that was read whole; returns whether it is news.
    mutating func replace(_ status: UnitStatus) -> Bool {
        guard var entry = entries[status.unit] else { return false }
        let isNews = !entry.isKnown || entry.status != status
        entry.status = status
        entry.isKnown = true
        entries[status.unit] = entry
        return isNews
    }

    /// Takes over changed properties of the object at a path; returns the status where it is news now.
    ///
    /// systemd sends the properties of the unit's own type (with `Result`) before those that all units share (with
    /// `ActiveState`), so news is complete with the latter.
    mutating func merge(
        _ properties: [(name: String, value: String)], of interface: String, at path: String
    ) -> UnitStatus? {
        guard let unit = units.first(where: { entries[$0]?.path == path }), var entry = entries[unit] else {
            return nil
        }
        let before = entry.status
        guard entry.status.merge(properties) else { return nil }
        entries[unit] = entry
        guard entry.isKnown, interface == "org.freedesktop.systemd1.Unit", entry.status != before else { return nil }
        return entry.status
    }

    /// The object of a unit: its name with all but letters and digits escaped.
    static func path(of unit: String) -> String {
        var encoded: UnsafeMutablePointer<CChar>?
        let result = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &encoded)
        guard result >= 0, let encoded else { preconditionFailure("no object path for the unit \(unit): \(result)") }
        defer { free(encoded) }
        return String(cString: encoded)
    }

    static func rule(for unit: String) -> String {
        "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.DBus.Properties',path='\(path(of: unit))'"
    }

    static let managerRule =
        "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager'"

    static let ownerRule =
        "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',"
        + "arg0='org.freedesktop.systemd1'"
}
