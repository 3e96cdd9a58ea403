import ClusterModel
import Membership
import Ownership

/// What persons ask for: checked at once, begun, and answered when it is reached or cannot be.
extension Node {
    mutating func operatorRequested(_ id: RequestID, _ request: OperatorRequest, at now: Instant) {
        log(.info, "a person asks for: \(request.words)")
        if phase == .leaving || phase == .left {
            return emit(.reply(id, .refused(["\(name) is going down"])))
        }
        switch request {
        case .standby(let group): requestStandby(id, group, at: now)
        case .takeover(let group, let force): requestTakeover(id, group, force: force, at: now)
        case .failback(let group): requestFailback(id, group, at: now)
        case .firstSync(let volume): requestFirstSync(id, volume, at: now)
        case .clear(let group): requestClear(id, group, at: now)
        }
    }

    /// The indices of the named group, or of all; nil, after a refusal, where there is no such group.
    private mutating func chosen(_ id: RequestID, _ group: GroupName?) -> [Int]? {
        guard let group else { return Array(groups.indices) }
        guard let index = index(of: group) else {
            let known = groups.map(\.name.text).joined(separator: ", ")
            emit(.reply(id, .refused(["there is no group \(group); there are: \(known)"])))
            return nil
        }
        return [index]
    }

    private mutating func requestStandby(_ id: RequestID, _ group: GroupName?, at now: Instant) {
        guard let chosen = chosen(id, group) else { return }
        let mine = chosen.filter { groups[$0].machine.state == .serving }
        guard !mine.isEmpty else {
            return emit(
                .reply(id, .refused(chosen.map { "\(groups[$0].name) is not served by \(name): \(whereIs($0))" })))
        }
        let refusals = mine.flatMap { MovePolicy.refusalsToGive(moveFacts(group: $0)) }
        guard refusals.isEmpty else { return emit(.reply(id, .refused(refusals.withoutRepeats))) }
        for index in mine { groups[index].isHandOverWanted = true }
        begin(id, mine.map { .servedThere(groups[$0].name) }, at: now)
    }

    private mutating func requestTakeover(_ id: RequestID, _ group: GroupName?, force: Bool, at now: Instant) {
        guard let chosen = chosen(id, group) else { return }
        let others = chosen.filter { groups[$0].machine.state != .serving }
        guard !others.isEmpty else {
            return emit(.reply(id, .done(chosen.map { "\(name) serves \(groups[$0].name) already" })))
        }
        let refusals = others.flatMap { refusalsToTake($0, force: force) }
        guard refusals.isEmpty else { return emit(.reply(id, .refused(refusals.withoutRepeats))) }
        for index in others { beginTakeover(index, force: force, at: now) }
        begin(id, others.map { .servedHere(groups[$0].name) }, at: now)
    }

    private func refusalsToTake(_ index: Int, force: Bool) -> [String] {
        let desk = groups[index]
        guard desk.machine.state == .stopped else {
            return ["\(desk.name) is \(desk.machine.phase.word) on \(name) just now"]
        }
        if isServedThere(index) {
            if force { return ["\(peerName) serves \(desk.name): force is for a group that nobody serves"] }
            return MovePolicy.refusalsToTake(moveFacts(group: index))
        }
        if force { return [] }
        if let waiting = desk.waiting { return ["\(desk.name) waits for \(waiting)"] }
        return []
    }

    private func isServedThere(_ index: Int) -> Bool {
        guard presence == .present else { return false }
        switch peerReport(of: groups[index].name)?.phase {
        case .starting, .serving, .stopping, .stuck, .claiming: return true
        case .stopped, nil: return false
        }
    }

    private mutating func beginTakeover(_ index: Int, force: Bool, at now: Instant) {
        groups[index].machine.clearDisability()
        groups[index].isForced = force
        if force {
            quietReason = nil
            groups[index].probe = .none
        }
        if isServedThere(index) { groups[index].machine.wantIt(at: now) }
    }

    private mutating func requestFailback(_ id: RequestID, _ group: GroupName?, at now: Instant) {
        guard let chosen = chosen(id, group) else { return }
        let away = chosen.filter { !isAtHome($0) }
        guard !away.isEmpty else {
            return emit(.reply(id, .done(chosen.map { "\(groups[$0].name) is on its preferred node" })))
        }
        var refusals: [String] = []
        for index in away {
            if groups[index].machine.definition.preferred == name {
                refusals += refusalsToTake(index, force: false)
            } else if groups[index].machine.state == .serving {
                refusals += MovePolicy.refusalsToGive(moveFacts(group: index))
            } else {
                refusals.append("\(groups[index].name) is not served by \(name): \(whereIs(index))")
            }
        }
        guard refusals.isEmpty else { return emit(.reply(id, .refused(refusals.withoutRepeats))) }
        var goals: [RequestDesk.Goal] = []
        for index in away {
            if groups[index].machine.definition.preferred == name {
                beginTakeover(index, force: false, at: now)
                goals.append(.servedHere(groups[index].name))
            } else {
                groups[index].isHandOverWanted = true
                goals.append(.servedThere(groups[index].name))
            }
        }
        begin(id, goals, at: now)
    }

    private func isAtHome(_ index: Int) -> Bool {
        let isMine = groups[index].machine.definition.preferred == name
        return isMine ? groups[index].machine.state == .serving : peerReport(of: groups[index].name)?.phase == .serving
    }

    private mutating func requestFirstSync(_ id: RequestID, _ volume: VolumeName, at now: Instant) {
        guard let index = index(of: volume) else {
            let known = volumes.map(\.name.text).joined(separator: ", ")
            return emit(.reply(id, .refused(["there is no volume \(volume); there are: \(known)"])))
        }
        let refusals = refusalsToDeclare(index)
        guard refusals.isEmpty else { return emit(.reply(id, .refused(refusals))) }
        issue(.declareUpToDate, volume: index, at: now)
        guard let order = volumes[index].order else { preconditionFailure("an issued order has no number") }
        begin(id, [.ordered(order, volume)], at: now)
    }

    private func refusalsToDeclare(_ index: Int) -> [String] {
        let desk = volumes[index]
        guard let own = desk.report else { return ["volume \(desk.name): no engine is running on \(name)"] }
        if desk.order != nil { return ["volume \(desk.name): another order is under way, try again"] }
        if own.isSplitBrain { return ["volume \(desk.name): split brain is not settled by a first synchronisation"] }
        switch own.copy {
        case .upToDate: return ["volume \(desk.name) is UpToDate on \(name) already"]
        case .unknown, .missing: return ["volume \(desk.name) has no usable disk on \(name)"]
        case .inconsistent, .outdated, .consistent: break
        }
        guard let peer = peerReport(of: desk.name), presence == .present else { return [] }
        if peer.copy >= .consistent {
            return ["volume \(desk.name) is \(peer.copy.word) on \(peerName): its data would be overwritten"]
        }
        return []
    }

    private mutating func requestClear(_ id: RequestID, _ group: GroupName?, at now: Instant) {
        guard let chosen = chosen(id, group) else { return }
        var sentences: [String] = []
        if quietReason != nil {
            quietReason = nil
            selfFences = []
            sentences.append("\(name) takes part again")
        }
        for index in chosen {
            if groups[index].machine.disability != nil {
                groups[index].machine.clearDisability()
                sentences.append("\(groups[index].name) may be started on \(name) again")
            }
            if case .stuck = groups[index].machine.state {
                perform(groups[index].machine.retryStop(), group: index, at: now)
                sentences.append("\(groups[index].name) is being stopped once more")
            }
        }
        save()
        emit(.reply(id, .done(sentences.isEmpty ? ["there was nothing to clear"] : sentences)))
    }

    // MARK: Under way

    private mutating func begin(_ id: RequestID, _ goals: [RequestDesk.Goal], at now: Instant) {
        requests.entries.append(.init(id: id, goals: goals, deadline: now + patience(for: goals)))
    }

    /// As long as the groups' own time-outs may take, and a little.
    private func patience(for goals: [RequestDesk.Goal]) -> Duration {
        goals.reduce(.seconds(15)) { sum, goal in
            switch goal {
            case .servedHere(let group), .servedThere(let group):
                sum
                    + (definition.group(group)?.resources.reduce(.zero) { $0 + $1.startTimeout + $1.stopTimeout }
                        ?? .zero)
            case .ordered: sum + .seconds(15)
            }
        }
    }

    mutating func settleRequests(at now: Instant) {
        for index in requests.entries.indices { progress(index, at: now) }
        for entry in requests.entries where entry.goals.isEmpty { emit(.reply(entry.id, .done(entry.reached))) }
        requests.entries.removeAll { $0.goals.isEmpty }
        for entry in requests.entries {
            let failures = entry.goals.compactMap { failure(of: $0, at: now, deadline: entry.deadline) }
            guard !failures.isEmpty else { continue }
            emit(.reply(entry.id, .failed(entry.reached + failures)))
            requests.entries.removeAll { $0.id == entry.id }
            for goal in entry.goals { giveUp(goal) }
        }
    }

    private mutating func progress(_ index: Int, at now: Instant) {
        for goal in requests.entries[index].goals {
            guard let sentence = sentence(ifReached: goal) else { continue }
            requests.entries[index].reached.append(sentence)
            requests.entries[index].goals.removeAll { $0 == goal }
        }
    }

    private func sentence(ifReached goal: RequestDesk.Goal) -> String? {
        switch goal {
        case .servedHere(let group):
            guard let index = index(of: group), groups[index].machine.state == .serving else { return nil }
            return "\(name) serves \(group)"
        case .servedThere(let group):
            guard presence == .present, peerReport(of: group)?.phase == .serving else { return nil }
            guard let index = index(of: group), groups[index].machine.state == .stopped else { return nil }
            return "\(peerName) serves \(group)"
        case .ordered:
            return nil
        }
    }

    private func failure(of goal: RequestDesk.Goal, at now: Instant, deadline: Instant) -> String? {
        switch goal {
        case .servedHere(let group):
            guard let index = index(of: group) else { return "\(group) is gone" }
            if let disability = groups[index].machine.disability {
                return "\(group) could not be started on \(name): \(disability.reason)"
            }
        case .servedThere(let group):
            guard let index = index(of: group) else { return "\(group) is gone" }
            if case .stuck(let reason) = groups[index].machine.state {
                return "\(group) could not be stopped on \(name): \(reason)"
            }
            if groups[index].machine.state == .serving, !groups[index].isHandOverWanted {
                return "\(group) stays on \(name): \(peerName) did not take it"
            }
        case .ordered: break
        }
        guard now >= deadline else { return nil }
        switch goal {
        case .servedHere(let group), .servedThere(let group):
            return index(of: group).map { "\(group) took too long: \(whereIs($0))" } ?? "\(group) is gone"
        case .ordered(_, let volume): return "volume \(volume): its engine did not answer"
        }
    }

    private mutating func giveUp(_ goal: RequestDesk.Goal) {
        switch goal {
        case .servedHere(let group):
            guard let index = index(of: group) else { return }
            groups[index].isForced = false
            if groups[index].machine.wish == .giveItToMe { groups[index].machine.dropWish() }
        case .servedThere(let group):
            guard let index = index(of: group) else { return }
            groups[index].isHandOverWanted = false
        case .ordered: break
        }
    }

    mutating func requestOrderCompleted(_ id: OrderID, _ result: VolumeOrderResult, at now: Instant) {
        for entry in requests.entries {
            for case .ordered(id, let volume) in entry.goals {
                switch result {
                case .done: emit(.reply(entry.id, .done(["volume \(volume): \(name)'s copy is the good one now"])))
                case .refused(let reason): emit(.reply(entry.id, .failed(["volume \(volume): \(reason)"])))
                }
                requests.entries.removeAll { $0.id == entry.id }
            }
        }
    }
}

extension OperatorRequest {
    var words: String {
        switch self {
        case .standby(let group): "standby \(group?.text ?? "(all)")"
        case .takeover(let group, let force): "takeover \(group?.text ?? "(all)")\(force ? " by force" : "")"
        case .failback(let group): "failback \(group?.text ?? "(all)")"
        case .firstSync(let volume): "first-sync \(volume)"
        case .clear(let group): "clear \(group?.text ?? "(all)")"
        }
    }
}

extension [String] {
    /// Each sentence once, in order.
    var withoutRepeats: [String] {
        reduce(into: []) { kept, sentence in if !kept.contains(sentence) { kept.append(sentence) } }
    }
}
