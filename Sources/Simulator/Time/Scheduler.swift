import ClusterModel

/// The virtual clock and everything that is going to happen, in order of time, then of scheduling.
final class Scheduler {
    typealias Action = () -> Void

    private struct Entry {
        var time: Int64
        var order: UInt64
        var action: Action

        func isBefore(_ other: Entry) -> Bool {
            time != other.time ? time < other.time : order < other.order
        }
    }

    private(set) var now = Instant.origin
    private(set) var actionsRun: UInt64 = 0
    private var heap: [Entry] = []
    private var order: UInt64 = 0

    /// Runs `action` at `time`, or as the next thing where that has passed.
    func at(_ time: Instant, _ action: @escaping Action) {
        order += 1
        heap.append(Entry(time: max(time, now).nanoseconds, order: order, action: action))
        siftUp()
    }

    func after(_ delay: Duration, _ action: @escaping Action) {
        at(now + delay, action)
    }

    func after(nanoseconds: Int64, _ action: @escaping Action) {
        at(Instant(nanoseconds: now.nanoseconds + nanoseconds), action)
    }

    /// Runs everything that is due until `end`, unless `isOver` says so before.
    func run(until end: Instant, unless isOver: () -> Bool) {
        while let first = heap.first, first.time <= end.nanoseconds, !isOver() {
            let entry = removeFirst()
            now = Instant(nanoseconds: entry.time)
            actionsRun += 1
            entry.action()
        }
        if !isOver() { now = max(now, end) }
    }

    /// Forgets what was to come, and so whom the actions hold on to.
    func clear() {
        heap = []
    }

    // MARK: The heap

    private func siftUp() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private func removeFirst() -> Entry {
        let last = heap.removeLast()
        guard let first = heap.first else { return last }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
