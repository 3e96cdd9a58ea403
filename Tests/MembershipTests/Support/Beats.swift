import ClusterModel

/// The peer that the tests listen to: makes its beats, counts their numbers.
struct Sender {
    var boot: UInt64 = 70
    var incarnation: UInt64 = 1000
    var sequence: UInt64 = 0
    var phase = NodePhase.active
    var configuration: UInt64 = 0xC0
    var hears: [LinkName] = []

    /// The next beat.
    mutating func beat() -> Heartbeat {
        sequence += 1
        return Heartbeat(
            cluster: "demo", sender: "serv-b", boot: boot, incarnation: incarnation, sequence: sequence,
            configuration: configuration, phase: phase, hears: hears)
    }

    /// Another run of the cluster process on the same boot.
    mutating func restart() {
        incarnation += 1
        sequence = 0
    }

    mutating func reboot() {
        boot += 1
        restart()
    }
}

extension Timing {
    static let toy = Timing(
        keepalive: .milliseconds(100), warntime: .milliseconds(300), deadtime: .milliseconds(500),
        initdead: .seconds(3))
}

extension Instant {
    /// Milliseconds after the beginning of the test's world, which is not the origin of its clock.
    static func ms(_ count: Int64) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000) + .milliseconds(count)
    }

    var justBefore: Instant { self - .nanoseconds(1) }
}
