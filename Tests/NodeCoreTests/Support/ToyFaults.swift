import ClusterModel
import NodeCore

/// What may go wrong in a toy world; each fault ends by itself or is mended at the end of the run.
enum ToyFault: CaseIterable, Sendable {
    case plug, process, engine, link, oneWay, allLinks, replication, lan, gateway, startFails, stopFails, resource
    case shutdown, standby, takeover, failback, loss, everything
}

extension ToyWorld {
    /// Breaks something at random, for a random while.
    mutating func breakSomething(_ allowed: [ToyFault]) {
        guard let fault = allowed.randomElement(using: &random) else { return }
        let node = Int.random(in: 0..<2, using: &random)
        let name = machines[node].name
        let link = links[Int.random(in: links.indices, using: &random)].name
        tell("FAULT \(fault) at \(name)")
        switch fault {
        case .plug: pullPlug(node)
        case .everything:
            pullPlug(0)
            pullPlug(1)
        case .process:
            killRun(node)
            restartRun(node, after: .milliseconds(Int64.random(in: 10...3000, using: &random)))
        case .engine: killEngine(node, Toy.data)
        case .link: cut(link)
        case .oneWay: cut(link, from: node)
        case .allLinks: cutAllLinks()
        case .replication: isReplicationUp = false
        case .lan: machines[node].hasLAN = false
        case .gateway: isGatewayUp = false
        case .startFails:
            behaviours["\(name) start web/\(lastResource)"] = Bool.random(using: &random) ? .hangs : .fails("no")
        case .stopFails:
            behaviours["\(name) stop web/\(lastResource)"] = Bool.random(using: &random) ? .hangs : .fails("no")
        case .resource: if serves(node, Toy.web) { failResource(node, Toy.web, lastResource, "it crashed") }
        case .shutdown: shutDown(node)
        case .standby: _ = ask(node, .standby(nil))
        case .takeover: _ = ask(node, .takeover(nil, force: false))
        case .failback: _ = ask(node, .failback(nil))
        case .loss: for index in links.indices { links[index].loss = 0.3 }
        }
    }

    private var lastResource: Int { definition.groups[0].resources.count - 1 }

    /// Mends everything, or at random a part.
    mutating func mend(all: Bool) {
        func chance(_ random: inout SeededGenerator) -> Bool { all || Bool.random(using: &random) }
        if chance(&random) { isReplicationUp = true }
        if chance(&random) { isGatewayUp = true }
        for node in 0..<2 where chance(&random) { machines[node].hasLAN = true }
        for index in links.indices where chance(&random) {
            links[index].isUp = [true, true]
            links[index].loss = 0
        }
        if chance(&random) { behaviours = [:] }
        for node in 0..<2 where chance(&random) {
            powerOn(node)
            if machines[node].node == nil { restartRun(node, after: .milliseconds(100)) }
        }
    }

    /// One node serves everything, both copies are the same, and nothing waits.
    var isWell: Bool {
        guard (0..<2).filter({ serves($0, Toy.web) }).count == 1 else { return false }
        guard (0..<2).allSatisfy({ phase($0, Toy.web) == (serves($0, Toy.web) ? .serving : .stopped) }) else {
            return false
        }
        guard let first = machines[0].engines[Toy.data], let second = machines[1].engines[Toy.data] else {
            return false
        }
        return !definition.groups[0].volumes.contains(Toy.data)
            || first.isConnected && second.isConnected && first.disk.copy == .upToDate
                && second.disk.copy == .upToDate && first.disk.generations == second.disk.generations
    }

    /// One line per node, for the message of a failed test.
    var summary: String {
        (0..<2).map { node in
            let status = status(node)
            let group = status?.groups.first
            return "\(machines[node].name): \(group?.phase.word ?? "down"), \(group?.sentence ?? ""), "
                + "waits for \(group?.waitingFor ?? "nothing"), volume \(machines[node].engines[Toy.data]?.report as Any)"
        }.joined(separator: "\n")
    }
}
