/// Finds what was probably meant by a word that is not allowed.
enum SpellingSuggestion {
    /// The nearest of `candidates`, or nil where none is near: at most a third of the letters may differ.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        guard word.count <= 64 else { return nil }
        let plain = normalized(word)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let limit = max(1, min(plain.count, candidate.count) / 3)
            // The lengths alone tell most candidates apart.
            guard abs(plain.count - candidate.count) <= limit else { continue }
            let distance = distance(plain, normalized(candidate))
            guard distance <= limit else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Case and the choice between `_` and `-` are no difference.
    private static func normalized(_ word: String) -> [Character] {
        word.lowercased().map { $0 == "_" ? "-" : $0 }
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let replaced = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
                var cost = min(replaced, previous[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, beforePrevious[column - 2] + 1)
                }
                current.append(cost)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
