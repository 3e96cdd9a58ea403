import Testing

@testable import SystemManager

@Suite struct WatchedUnitsTests {
    /// By reference: an expectation cannot change a value.
    private final class Watch {
        private var units = WatchedUnits()
        func add(_ unit: String) -> Bool { units.add(unit) }
        func remove(_ unit: String) -> Bool { units.remove(unit) }
        func replace(_ status: UnitStatus) -> Bool { units.replace(status) }
        func merge(_ properties: [(name: String, value: String)], of interface: String, at path: String) -> UnitStatus?
        {
            units.merge(properties, of: interface, at: path)
        }
    }

    private let unitInterface = "org.freedesktop.systemd1.Unit"
    private let serviceInterface = "org.freedesktop.systemd1.Service"
    private let path = "/org/freedesktop/systemd1/unit/nginx_2eservice"

    private func running() -> UnitStatus {
        UnitStatus(unit: "nginx.service", load: .loaded, active: .active, sub: "running", result: "success")
    }

    @Test(arguments: [
        ("nginx.service", "/org/freedesktop/systemd1/unit/nginx_2eservice"),
        ("a-b@c.mount", "/org/freedesktop/systemd1/unit/a_2db_40c_2emount"),
        ("1.slice", "/org/freedesktop/systemd1/unit/_31_2eslice"),
    ])
    func objectPathsAreSystemds(unit: String, path: String) {
        #expect(WatchedUnits.path(of: unit) == path)
    }

    @Test func aFailureIsOneNewsWithItsResult() {
        let units = Watch()
        #expect(units.add("nginx.service"))
        #expect(!units.add("nginx.service"))
        #expect(units.replace(running()))
        #expect(units.merge([("Result", "signal")], of: serviceInterface, at: path) == nil)
        let news = units.merge([("ActiveState", "failed"), ("SubState", "failed")], of: unitInterface, at: path)
        var expected = running()
        expected.active = .failed
        expected.sub = "failed"
        expected.result = "signal"
        #expect(news == expected)
        #expect(units.merge([("ActiveState", "failed")], of: unitInterface, at: path) == nil)
    }

    @Test func whatWasNotReadWholeIsNoNews() {
        let units = Watch()
        _ = units.add("nginx.service")
        #expect(units.merge([("ActiveState", "failed")], of: unitInterface, at: path) == nil)
        #expect(units.replace(running()))
        #expect(!units.replace(running()))
    }

    @Test func othersUnitsAndPropertiesAreNoNews() {
        let units = Watch()
        _ = units.add("nginx.service")
        #expect(units.replace(running()))
        #expect(units.merge([("ActiveState", "failed")], of: unitInterface, at: path + "x") == nil)
        #expect(units.merge([("Description", "x")], of: unitInterface, at: path) == nil)
        #expect(units.remove("nginx.service"))
        #expect(!units.remove("nginx.service"))
        #expect(!units.replace(running()))
        #expect(units.merge([("ActiveState", "failed")], of: unitInterface, at: path) == nil)
    }

    @Test(arguments: [
        ("active", ActiveState.active), ("reloading", .reloading), ("refreshing", .reloading), ("inactive", .inactive),
        ("failed", .failed), ("activating", .activating), ("deactivating", .deactivating),
        ("maintenance", .maintenance), ("new-in-999", .other("new-in-999")),
    ])
    func wordsOfAnyVersionAreKept(word: String, state: ActiveState) {
        #expect(ActiveState(word) == state)
    }

    @Test(arguments: [
        ("enabled", true), ("alias", true), ("enabled-runtime", false), ("disabled", false), ("static", false),
        ("masked", false), ("masked-runtime", false), ("indirect", false), ("generated", false), ("transient", false),
        ("linked", false), ("linked-runtime", false), ("bad", false),
    ])
    func onlyEnabledUnitsStartAtBoot(word: String, starts: Bool) {
        #expect(UnitFileState(word).isEnabledAtBoot == starts)
    }

    @Test(arguments: [
        ("done", JobResult.done), ("canceled", .cancelled), ("timeout", .timedOut), ("failed", .failed),
        ("dependency", .dependencyFailed), ("skipped", .skipped), ("assert", .other("assert")),
    ])
    func jobResultsAreRead(word: String, result: JobResult) {
        #expect(JobResult(word) == result)
    }
}
