/// What one link carried and refused since the start; shown in `bascule status`. Beats that were accepted are counted by
/// the brain, which also knows which of them were lost or old.
package struct LinkCounters: Hashable, Sendable {
    /// Beats handed to the kernel.
    package var sent: UInt64 = 0
    /// Beats not sent: the line was busy with an older one, or broken.
    package var dropped: UInt64 = 0
    /// Datagrams, or bytes on a serial line, that were no heartbeat.
    package var garbled: UInt64 = 0
    /// Whole beats with a wrong seal: another key, or a forgery.
    package var badlySigned: UInt64 = 0
    /// Beats of another cluster.
    package var foreign: UInt64 = 0
    /// Datagrams longer than any beat.
    package var oversized: UInt64 = 0

    package init() {}
}
