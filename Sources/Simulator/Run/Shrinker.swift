import ClusterModel

/// Makes a story that breaks a promise as short as it can: leaves out faults, one stretch after the other, as long as the
/// same checker still complains.
package struct Shrinker {
    private let sabotage: Sabotage?
    /// Runs at most, so that it ends.
    private let attempts: Int

    package init(sabotage: Sabotage? = nil, attempts: Int = 150) {
        self.sabotage = sabotage
        self.attempts = attempts
    }

    /// The shortest plan found, and what it breaks.
    package func shortest(_ plan: FaultPlan, breaking violation: Violation) -> (plan: FaultPlan, violation: Violation) {
        var best = cutOff(plan, violation)
        var left = attempts
        var stretch = max(1, best.plan.faults.count / 2)
        while left > 0 {
            var start = 0
            var hasShrunk = false
            while start < best.plan.faults.count, left > 0 {
                left -= 1
                var candidate = best.plan
                candidate.faults.removeSubrange(start..<min(start + stretch, candidate.faults.count))
                if let broken = breaks(candidate, violation) {
                    best = (candidate, broken)
                    hasShrunk = true
                } else {
                    start += stretch
                }
            }
            if stretch == 1, !hasShrunk { break }
            stretch = max(1, stretch / 2)
        }
        return best
    }

    /// What comes after the violation has nothing to do with it.
    private func cutOff(_ plan: FaultPlan, _ violation: Violation) -> (plan: FaultPlan, violation: Violation) {
        var shorter = plan
        shorter.faults.removeAll { .origin + $0.at > violation.at }
        return breaks(shorter, violation).map { (shorter, $0) } ?? (plan, violation)
    }

    private func breaks(_ plan: FaultPlan, _ violation: Violation) -> Violation? {
        let found = Simulation(plan, sabotage: sabotage).run().violation
        return found?.checker == violation.checker ? found : nil
    }
}
