/// How far two names are apart, for "did you mean".
enum EditDistance {
    /// Insertions, deletions, substitutions and swaps of neighbours that turn one name into the other.
    static func between(_ first: String, _ second: String) -> Int {
        let first = Array(first)
        let second = Array(second)
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for (row, character) in first.enumerated() {
            var next = [row + 1]
            for (column, other) in second.enumerated() {
                var cost = min(
                    last[column + 1] + 1,
                    next[column] + 1,
                    last[column] + (character == other ? 0 : 1)
                )
                if row > 0, column > 0, character == second[column - 1], first[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                next.append(cost)
            }
            (beforeLast, last) = (last, next)
        }
        return last[second.count]
    }

    /// The nearest candidate, unless even that one is too far off to be meant.
    static func nearest(to name: String, in candidates: [String]) -> String? {
        let nearest = candidates.map { ($0, between(name, $0)) }.min { $0.1 < $1.1 }
        guard let nearest, nearest.1 <= max(2, name.count / 3) else { return nil }
        return nearest.0
    }
}
