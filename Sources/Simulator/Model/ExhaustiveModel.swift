/// The rules R1 to R6, hand-over and agreement as a small abstract pair, explored completely: every order in which beats, losses
/// of each cable, crashes, hangs, the watchdog, probes, the gateway, reboots, confirmations and a person's wishes can come,
/// with at most `budget` things going wrong.
///
/// Verified in every state that can be reached: a copy that lacks an acknowledged write never serves and is never written to;
/// both copies are never written apart; nobody starts by agreement while the other serves; two nodes serve clients who
/// reach both for no longer than R4's bound.
///
/// Not in it: several groups, orderly shutdowns, a stall shorter than a tick, a ping node that only one of two
/// separated halves of the LAN reaches (the assumption of R3 and R4), and that anything ever happens (the simulator's
/// calm demands that).
package struct ExhaustiveModel {
    package struct Result: Sendable {
        /// States reached.
        package var states: Int
        /// The shortest way to a broken promise, and the promise.
        package var counterExample: (moves: [ModelMove], broken: String)?
        /// The exploration came to `limit` states and is not complete.
        package var isCutShort: Bool
    }

    private let rules: ModelRules
    private let budget: UInt8
    private let limit: Int

    package init(_ rules: ModelRules, budget: UInt8, limit: Int = 5_000_000) {
        precondition(budget < 8, "a budget of \(budget) does not fit into a state's key")
        self.rules = rules
        self.budget = budget
        self.limit = limit
    }

    /// Breadth first, so that the first counter-example is a shortest one.
    package func explore() -> Result {
        let start = ModelState(budget: budget)
        var states = [start]
        var parents: [(Int32, ModelMove)] = [(-1, .tick)]
        var known: Set<UInt64> = [start.packed]
        var position = 0
        while position < states.count, states.count < limit {
            let state = states[position]
            for move in state.moves(rules) {
                let (next, broken) = state.applying(move, rules)
                if let broken {
                    let moves = way(to: position, parents) + [move]
                    return Result(states: states.count, counterExample: (moves, broken), isCutShort: false)
                }
                guard known.insert(next.packed).inserted else { continue }
                states.append(next)
                parents.append((Int32(position), move))
            }
            position += 1
        }
        return Result(states: states.count, counterExample: nil, isCutShort: position < states.count)
    }

    private func way(to position: Int, _ parents: [(Int32, ModelMove)]) -> [ModelMove] {
        var moves: [ModelMove] = []
        var position = position
        while parents[position].0 >= 0 {
            moves.append(parents[position].1)
            position = Int(parents[position].0)
        }
        return moves.reversed()
    }
}
