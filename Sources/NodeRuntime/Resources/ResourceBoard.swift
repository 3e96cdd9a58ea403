import ClusterModel
import LinuxIO
import NodeCore

/// All resources of this node's groups: carries out the brain's steps, and reports started resources that fail.
final class ResourceBoard {
    /// A group's resource by its place in the definition.
    struct Place: Hashable {
        var group: GroupName
        var resource: Int
    }

    private let loop: EventLoop
    private let narrator: Narrator
    private let post: (NodeEvent) -> Void
    private var drivers: [Place: any ResourceDriver] = [:]
    private var titles: [Place: String] = [:]

    init(on loop: EventLoop, narrator: Narrator, post: @escaping (NodeEvent) -> Void) {
        self.loop = loop
        self.narrator = narrator
        self.post = post
    }

    func add(_ driver: any ResourceDriver, title: String, at place: Place) {
        drivers[place] = driver
        titles[place] = title
    }

    func start(_ step: StepID, _ place: Place, timeout: Duration) {
        let began = loop.now
        driver(at: place).start(timeout: timeout) { [weak self] outcome in
            self?.ended(step, place, "started", outcome, since: began)
        }
    }

    func stop(_ step: StepID, _ place: Place, timeout: Duration) {
        let began = loop.now
        driver(at: place).stop(timeout: timeout) { [weak self] outcome in
            self?.ended(step, place, "stopped", outcome, since: began)
        }
    }

    func monitor(_ place: Place, isOn: Bool) {
        let driver = driver(at: place)
        guard isOn else { return driver.endMonitoring() }
        driver.beginMonitoring { [weak self] reason in
            self?.post(.resourceFailed(place.group, resource: place.resource, reason: reason))
        }
    }

    func announceAddresses(of group: GroupName) {
        for (place, driver) in drivers where place.group == group {
            (driver as? AddressDriver)?.announce()
        }
    }

    /// What a person should look at, in the order of the definition's groups.
    var warnings: [String] {
        drivers.sorted { ($0.key.group, $0.key.resource) < ($1.key.group, $1.key.resource) }.compactMap(\.value.warning)
    }

    /// All drivers of one kind, to pass on what their common source noticed.
    func drivers<Driver>(_ kind: Driver.Type) -> [Driver] {
        drivers.values.compactMap { $0 as? Driver }
    }

    private func driver(at place: Place) -> any ResourceDriver {
        guard let driver = drivers[place] else {
            preconditionFailure("the brain speaks of resource \(place.resource) of \(place.group), which has no driver")
        }
        return driver
    }

    private func ended(_ step: StepID, _ place: Place, _ word: String, _ outcome: StepOutcome, since began: Instant) {
        let title = "\(place.group): \(titles[place] ?? "")"
        switch outcome {
        case .done: narrator.say(.info, "\(title) \(word) (\((loop.now - began).milliseconds) ms)")
        case .failed(let reason): narrator.say(.error, "\(title) could not be \(word): \(reason)")
        case .timedOut: narrator.say(.error, "\(title) could not be \(word) in \((loop.now - began).milliseconds) ms")
        }
        post(.stepCompleted(step, outcome))
    }
}
