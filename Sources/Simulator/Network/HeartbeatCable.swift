import ClusterModel

/// One heartbeat link between the two machines: a cable of its own, or a path through the LAN.
///
/// Loses, delays, repeats, reorders and damages beats; a damaged one is dropped where it arrives, as its seal is wrong.
/// The serial line is slow: a beat that finds it busy waits, and replaces the one that waited before.
final class HeartbeatCable {
    /// About what a sealed beat with two groups takes, framing included.
    private static let beatBytes = 330

    let name: LinkName
    private unowned let world: World
    var quality: WireQuality
    let normalQuality: WireQuality
    /// By sender.
    var isCut = [false, false]
    /// The port or interface on that machine is gone.
    var isDeviceGone = [false, false]
    /// Somebody else on the cable sends beats, too.
    var carriesForeignBeats = false {
        didSet { if carriesForeignBeats, !oldValue { sendForeignBeat(1) } }
    }
    private var dice: Dice
    private var busyUntil = [Instant.origin, Instant.origin]
    private var waiting: [Heartbeat?] = [nil, nil]
    private(set) var damaged = 0

    var isSerial: Bool { name == Topology.serial }
    var isLAN: Bool { name == Topology.lan }

    init(_ name: LinkName, in world: World) {
        self.name = name
        self.world = world
        normalQuality = name == Topology.serial ? .serial : .ethernet
        quality = normalQuality
        dice = Dice(seed: world.settings.seed, "cable \(name)")
    }

    /// Whether what `sender` sends can arrive.
    func passes(from sender: Int) -> Bool {
        guard !isCut[sender], !isDeviceGone[0], !isDeviceGone[1] else { return false }
        return isLAN ? world.segment.passes(sender, 1 - sender) : true
    }

    /// Whether this machine's port sees a carrier: Ethernet's link, or the other end's modem lines.
    func hasCarrier(at node: Int) -> Bool {
        guard !isDeviceGone[node] else { return false }
        if isLAN { return world.segment.isPlugged(node) && !(isCut[0] && isCut[1]) }
        return !(isCut[0] && isCut[1]) && world.machines[1 - node].isPowered
    }

    func send(_ beat: Heartbeat, from sender: Int) {
        guard !isDeviceGone[sender] else { return }
        guard isSerial else { return transmit(beat, from: sender) }
        if busyUntil[sender] > world.now {
            if waiting[sender] == nil {
                world.scheduler.at(busyUntil[sender]) { [self] in
                    guard let next = waiting[sender] else { return }
                    waiting[sender] = nil
                    send(next, from: sender)
                }
            }
            waiting[sender] = beat
            return
        }
        busyUntil[sender] = world.now + transmissionTime
        transmit(beat, from: sender)
    }

    private var transmissionTime: Duration {
        .nanoseconds(Int64(Self.beatBytes) * 1_000_000_000 / Int64(quality.bytesPerSecond))
    }

    private func transmit(_ beat: Heartbeat, from sender: Int) {
        guard passes(from: sender), !dice.happens(perMillion: quality.loss) else { return }
        guard !dice.happens(perMillion: quality.corruption) else {
            damaged += 1
            return
        }
        let copies = dice.happens(perMillion: quality.duplication) ? 2 : 1
        for _ in 0..<copies {
            var delay = quality.delay + dice.duration(.zero...quality.jitter) + transmissionTime
            if dice.happens(perMillion: quality.reordering) { delay += dice.duration(.zero...(.milliseconds(300))) }
            world.scheduler.after(delay) { [self] in arrive(beat, from: sender) }
        }
    }

    private func sendForeignBeat(_ sequence: UInt64) {
        guard carriesForeignBeats else { return }
        for node in 0..<2 {
            let beat = Heartbeat(
                cluster: "unconfigured", sender: WorldSettings.nodes[1 - node], boot: 1, incarnation: .max,
                sequence: sequence, configuration: 0, phase: .active)
            world.machines[node].cluster.heard(beat, on: name)
        }
        world.scheduler.after(world.settings.timing.keepalive) { [self] in sendForeignBeat(sequence + 1) }
    }

    private func arrive(_ beat: Heartbeat, from sender: Int) {
        guard passes(from: sender) else { return }
        world.machines[1 - sender].cluster.heard(beat, on: name)
    }
}
