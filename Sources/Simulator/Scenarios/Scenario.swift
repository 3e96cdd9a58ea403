import ClusterModel

/// A story with a name: one of the failures that other pairs are known for.
package struct Scenario: Sendable {
    package let name: String
    /// In one sentence, what happens and what must come of it.
    package let story: String
    package let plan: FaultPlan

    init(_ name: String, _ story: String, _ plan: FaultPlan) {
        self.name = name
        self.story = story
        self.plan = plan
    }

    package static let all: [Scenario] = []
}
