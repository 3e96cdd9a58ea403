import ClusterModel

/// A client of one group: writes records through whoever answers for the service address, remembers what was acknowledged,
/// and reads it back.
final class Client {
    private struct Slot {
        /// The newest record known to be stored: acknowledged, or read.
        var known: UInt64 = 0
        /// Written later; nobody said whether they are stored.
        var unsure: [UInt64] = []
    }

    private unowned let world: World
    let group: Int
    private var slots = [Slot](repeating: Slot(), count: RecordLayout.slots)
    /// To whom packets for the service address go.
    private var neighbour: Int?
    private var turn = 0
    private var dice: Dice
    private(set) var acknowledged = 0
    private(set) var unanswered = 0
    private(set) var reads = 0
    private(set) var lastAnswer: Instant?
    /// Not started before there is anything to serve it.
    private static let patience = Duration.seconds(3)

    init(in world: World, group: Int) {
        self.world = world
        self.group = group
        dice = Dice(seed: world.settings.seed, "client \(group)")
        for index in slots.indices {
            slots[index].known = WorldSettings.initialToken(group, RecordLayout.commit(index))
        }
        next()
    }

    func hearsAnnouncement(of node: Int) {
        guard world.reaches(.client, node == 0 ? .first : .second) else { return }
        neighbour = node
    }

    /// Whether the client can exchange packets with this node.
    func reaches(_ node: Int) -> Bool {
        world.reaches(.client, node == 0 ? .first : .second)
    }

    // MARK: One request after the other

    private func next() {
        turn += 1
        let pace = world.settings.clientPace.nanoseconds
        world.scheduler.after(nanoseconds: pace / 2 + Int64(dice.number() % UInt64(pace))) { [self] in request() }
    }

    private func request() {
        guard !world.isQuiet else { return }
        let slot = dice.below(slots.count)
        let isWrite = dice.below(3) > 0
        if neighbour.map({ !reaches($0) || !world.machines[$0].kernel.services[group].hasAddress }) ?? true {
            resolve()
        }
        let turn = turn
        world.scheduler.after(Self.patience) { [self] in
            guard turn == self.turn else { return }
            unanswered += 1
            neighbour = nil
            next()
        }
        guard let node = neighbour else { return }
        world.scheduler.after(.microseconds(250)) { [self] in
            let machine = world.machines[node]
            guard reaches(node), machine.kernel.serves(group) else { return }
            isWrite ? write(slot, node, turn) : read(slot, node, turn)
        }
    }

    /// Asks the LAN who has the address; of two, either may be the first to answer.
    private func resolve() {
        let holders = world.machines.indices.filter {
            reaches($0) && world.machines[$0].kernel.services[group].hasAddress
        }
        neighbour = holders.isEmpty ? nil : dice.pick(holders)
    }

    private func write(_ slot: Int, _ node: Int, _ turn: Int) {
        let token = world.nextToken()
        slots[slot].unsure.append(token)
        world.machines[node].kernel.filesystems[group].put(token, slot: slot) { [self] isDone in
            answered(node, turn) { [self] in
                guard isDone else { return }
                acknowledged += 1
                know(token, slot)
            }
        }
    }

    private func read(_ slot: Int, _ node: Int, _ turn: Int) {
        world.machines[node].kernel.filesystems[group].get(slot: slot) { [self] commit, data in
            answered(node, turn) { [self] in
                reads += 1
                let cell = slots[slot]
                if commit != cell.known, !cell.unsure.contains(commit) {
                    world.observe(.staleRead(group: group, node: node, slot: slot))
                } else {
                    know(commit, slot)
                }
            }
        }
    }

    /// The answer comes back if the network lets it, and counts if the client still waits.
    private func answered(_ node: Int, _ turn: Int, _ take: @escaping () -> Void) {
        world.scheduler.after(.microseconds(250)) { [self] in
            guard turn == self.turn, reaches(node) else { return }
            lastAnswer = world.now
            take()
            next()
        }
    }

    private func know(_ token: UInt64, _ slot: Int) {
        guard token != slots[slot].known else { return }
        if let place = slots[slot].unsure.firstIndex(of: token) { slots[slot].unsure.removeFirst(place + 1) }
        slots[slot].known = token
    }
}
