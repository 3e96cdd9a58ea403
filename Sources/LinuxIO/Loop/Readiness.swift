import CLinux

/// What a descriptor is watched for.
package struct Interest: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Interest(rawValue: EPOLLIN.rawValue)
    package static let writable = Interest(rawValue: EPOLLOUT.rawValue)
    /// Out-of-band conditions: changed `/proc/self/mountinfo`, a pseudo-terminal in packet mode.
    package static let priority = Interest(rawValue: EPOLLPRI.rawValue)
    /// Reports only changes. The handler must then consume everything each time.
    package static let edgeTriggered = Interest(rawValue: EPOLLET.rawValue)
}

/// What the kernel reports of a watched descriptor. Hang-up and error come even where nobody asked.
package struct Readiness: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    package static let priority = Readiness(rawValue: EPOLLPRI.rawValue)
    package static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue)
    package static let error = Readiness(rawValue: EPOLLERR.rawValue)
}

/// A descriptor's place in the loop; goes stale with `unregister`.
package struct Registration: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
}
