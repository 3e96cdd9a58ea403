import ClusterModel

/// Why, and since when, a node should not start a group.
package struct Disability: Hashable, Sendable {
    package var reason: String
    package var since: Instant

    package init(reason: String, since: Instant) {
        self.reason = reason
        self.since = since
    }
}
