import Testing

/// The safety rules of the design, on the tests that fail when the rule is taken away.
extension Tag {
    /// Alone at boot.
    @Tag static var r1: Self
    /// Replication lost.
    @Tag static var r2: Self
    /// Standby in total silence.
    @Tag static var r3: Self
    /// Owner in total silence.
    @Tag static var r4: Self
    /// No ping node configured.
    @Tag static var r5: Self
    /// Watchdog and self-fencing.
    @Tag static var r6: Self
    /// Split brain.
    @Tag static var r7: Self
    /// Epochs only grow.
    @Tag static var epochs: Self
}
