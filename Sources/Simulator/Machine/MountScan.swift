/// What a mount reads to see in which state the volume is: runs of blocks, one request after the other.
struct MountScan {
    private var runs: [Range<Int>]
    private var position = 0
    private(set) var found: [(block: Int, token: UInt64)] = []

    /// Longest request, in blocks.
    private static let longest = 64

    init(_ blocks: [Int]) {
        runs = []
        for block in blocks {
            if let last = runs.last, last.upperBound == block, last.count < Self.longest {
                runs[runs.count - 1] = last.lowerBound..<block + 1
            } else {
                runs.append(block..<block + 1)
            }
        }
    }

    var next: Range<Int>? { position < runs.count ? runs[position] : nil }

    func adding(_ tokens: [UInt64]) -> MountScan {
        var scan = self
        for (block, token) in zip(runs[position], tokens) { scan.found.append((block, token)) }
        scan.position += 1
        return scan
    }
}
