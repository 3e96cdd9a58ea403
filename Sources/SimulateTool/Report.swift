import ClusterModel
import Simulator

/// What all runs of one call come to.
struct Report {
    private var runs = 0
    private var virtualTime = Duration.zero
    private var events: UInt64 = 0
    private var acknowledged = 0
    private let start = ContinuousClock.now

    mutating func add(_ outcome: Outcome) {
        runs += 1
        virtualTime += outcome.virtualTime
        events += outcome.events
        acknowledged += outcome.acknowledged
    }

    func printSummary() {
        let spent = ContinuousClock.now - start
        let hours = Double(virtualTime.milliseconds) / 3_600_000
        let rate = spent > .zero ? Int(2 * Double(virtualTime.milliseconds) / Double(max(1, spent.milliseconds))) : 0
        print(
            "\(runs) runs, \((hours * 100).rounded() / 100) virtual hours, \(events) events, \(acknowledged) writes: every "
                + "promise was kept; \(rate) virtual node-hours an hour")
    }
}
