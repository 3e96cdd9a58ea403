import ClusterModel

/// A timer's name, for cancelling it. Never used twice.
package struct TimerID: Hashable, Sendable {
    let number: UInt64
}

/// Pending timers, earliest first; equal deadlines in the order they were set. Cancelled ones stay in the heap
/// until they surface or are half of it, so that cancelling costs nothing.
struct TimerQueue {
    typealias Work = () -> Void

    private struct Entry {
        var deadline: Instant
        var id: TimerID

        func isBefore(_ other: Entry) -> Bool {
            (deadline, id.number) < (other.deadline, other.id.number)
        }
    }

    private struct Timer {
        var interval: Duration?
        var work: Work
    }

    private var heap: [Entry] = []
    private var timers: [TimerID: Timer] = [:]
    private var lastNumber: UInt64 = 0

    /// How many timers are pending.
    var count: Int { timers.count }

    /// Adds a timer; one with an interval comes again until cancelled.
    mutating func add(at deadline: Instant, every interval: Duration?, _ work: @escaping Work) -> TimerID {
        lastNumber += 1
        let id = TimerID(number: lastNumber)
        timers[id] = Timer(interval: interval, work: work)
        push(Entry(deadline: deadline, id: id))
        return id
    }

    /// Forgets a timer; one that fired or was cancelled before is no error.
    mutating func cancel(_ id: TimerID) {
        guard timers.removeValue(forKey: id) != nil else { return }
        if heap.count > 64 && heap.count > 2 * timers.count { compact() }
    }

    /// The earliest deadline, or nil with nothing pending.
    mutating func nextDeadline() -> Instant? {
        while let first = heap.first, timers[first.id] == nil { pop() }
        return heap.first?.deadline
    }

    /// Takes out the names of all timers due at `now`, in order. Each is then run with `fire`, unless cancelled
    /// meanwhile.
    mutating func takeDue(at now: Instant) -> [(id: TimerID, deadline: Instant)] {
        var due: [(id: TimerID, deadline: Instant)] = []
        while let first = heap.first, first.deadline <= now {
            pop()
            if timers[first.id] != nil { due.append((first.id, first.deadline)) }
        }
        return due
    }

    /// The work of a timer that `takeDue` named, or nil where it was cancelled. A repeating one is set again first, on
    /// its own grid; beats missed by a late loop are left out, not made up for.
    mutating func fire(_ id: TimerID, dueSince deadline: Instant, at now: Instant) -> Work? {
        guard let timer = timers[id] else { return nil }
        guard let interval = timer.interval else {
            timers.removeValue(forKey: id)
            return timer.work
        }
        let missed = (now - deadline).nanoseconds / interval.nanoseconds
        push(Entry(deadline: deadline + .nanoseconds((missed + 1) * interval.nanoseconds), id: id))
        return timer.work
    }

    private mutating func compact() {
        let live = heap.filter { timers[$0.id] != nil }
        heap.removeAll(keepingCapacity: true)
        for entry in live { push(entry) }
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least])
            {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
