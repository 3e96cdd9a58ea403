/// What may differ between two labs; the rest is the network of `Network`.
package struct PairSettings: Sendable {
    package var keepalive = "100ms"
    package var warntime = "300ms"
    package var deadtime = "500ms"
    package var initdead = "5s"
    package var autoFailback = "on"
    package var diskBytes: UInt64 = 256 << 20
    package var activityLogExtents = 67
    package var resyncRate: String?
    /// Without one there are no ping nodes and rule R5 decides.
    package var pingsGateway = true
    package var silence = "keep-serving"
    /// More TOML at the end, e.g. a second group or a watchdog.
    package var extra = ""
    /// Leave out for a pair whose groups hold no data.
    package var hasVolume = true
    /// Without: the group is only the bare volume, for benches that write to it.
    package var hasServices = true

    package init() {}

    /// The paper's own timing (§3.2).
    package static var paper: PairSettings {
        var settings = PairSettings()
        (settings.keepalive, settings.warntime, settings.deadtime, settings.initdead) = ("2s", "6s", "10s", "60s")
        return settings
    }

    func text(folder: String, programs: Programs, disks: (a: String, b: String)) -> String {
        """
        name = "lab"
        ping-nodes = [\(pingsGateway ? "\"\(Network.gateway)\"" : "")]
        silence = "\(silence)"

        [timing]
        keepalive = "\(keepalive)"
        warntime = "\(warntime)"
        deadtime = "\(deadtime)"
        initdead = "\(initdead)"
        auto_failback = "\(autoFailback)"

        [[node]]
        name = "serv-a"

        [[node]]
        name = "serv-b"

        [[link]]
        name = "lan"
        kind = "udp"
        interface = "eth0"
        mode = "broadcast"

        [[link]]
        name = "direct"
        kind = "udp"
        interface = "eth1"
        mode = "unicast"
        addresses = { serv-a = "198.51.100.1", serv-b = "198.51.100.2" }

        [[link]]
        name = "null-modem"
        kind = "serial"
        device = { serv-a = "\(folder)/tty-a", serv-b = "\(folder)/tty-b" }
        baud = 115200

        \(hasVolume ? volume(disks) : "")
        [[group]]
        name = "web"
        preferred = "serv-a"

        \(hasVolume ? volumeResource : "")
        \(hasVolume && hasServices ? filesystem : "")
        \(hasServices ? services(programs) : "")
        \(extra)
        """
    }

    private func volume(_ disks: (a: String, b: String)) -> String {
        """
        [[volume]]
        name = "data"
        disk = { serv-a = "\(disks.a)", serv-b = "\(disks.b)" }
        metadata = "internal"
        address = { serv-a = "198.51.100.1:7788", serv-b = "198.51.100.2:7788" }
        protocol = "C"
        al-extents = \(activityLogExtents)
        \(resyncRate.map { "resync-rate = \"\($0)\"" } ?? "")

        """
    }

    private var volumeResource: String {
        """
        [[group.resource]]
        kind = "volume"
        volume = "data"

        """
    }

    private var filesystem: String {
        """
        [[group.resource]]
        kind = "filesystem"
        volume = "data"
        mount-point = "/mnt/data"
        type = "ext4"
        options = ["noatime"]

        """
    }

    private func services(_ programs: Programs) -> String {
        """
        [[group.resource]]
        kind = "address"
        address = "192.0.2.10/24"
        interface = "eth0"
        label = "eth0:0"

        [[group.resource]]
        kind = "script"
        path = "\(programs.scripts)/lab/web"
        arguments = ["\(hasVolume ? "/mnt/data" : "/mnt/other")", "\(programs.binaries)/lab"]
        monitor-interval = "1s"

        """
    }
}
