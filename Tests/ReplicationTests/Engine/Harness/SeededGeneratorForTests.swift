import ClusterModel

/// Draws for tables and fuzzing.
struct SeededGeneratorForTests {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func flip() -> Bool { Bool.random(using: &generator) }
    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }
    mutating func next() -> UInt64 { generator.next() }
    mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
}
