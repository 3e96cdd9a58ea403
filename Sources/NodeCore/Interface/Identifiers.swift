/// Names one started or stopped resource step until its outcome arrives. Unique within one incarnation.
package struct StepID: Hashable, Sendable, Codable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
}

/// Names one order to a replication engine until its result arrives.
package struct OrderID: Hashable, Sendable, Codable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
}

/// Names one write of the stored state; later numbers hold later states.
package struct StoreID: Hashable, Sendable, Codable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
}

/// Names one duplicate-address probe.
package struct ProbeID: Hashable, Sendable, Codable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
}

/// Names one request of a person; chosen by the runtime, unique while the request is open.
package struct RequestID: Hashable, Sendable, Codable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
}
