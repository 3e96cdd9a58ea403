import ClusterModel
import Testing

@testable import LinuxIO

@Suite struct TimerQueueTests {
    private func at(_ milliseconds: Int64) -> Instant { .origin + .milliseconds(milliseconds) }

    @Test(arguments: UInt64(1)...20)
    func firesInOrderOfDeadlineAndThenOfSetting(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queue = TimerQueue()
        var fired: [Int] = []
        var expected: [(deadline: Instant, index: Int, id: TimerID)] = []
        for index in 0..<500 {
            let deadline = at(Int64.random(in: 0..<50, using: &generator))
            expected.append((deadline, index, queue.add(at: deadline, every: nil) { fired.append(index) }))
        }
        for index in (0..<500).shuffled(using: &generator).prefix(300) { queue.cancel(expected[index].id) }
        let cancelled = Set((0..<500).filter { index in queue.isGone(expected[index].id) })
        #expect(cancelled.count == 300)
        #expect(queue.count == 200)
        for time in Int64(0)..<50 {
            #expect((queue.nextDeadline() ?? at(99)) >= at(time))
            for (id, deadline) in queue.takeDue(at: at(time)) { queue.fire(id, dueSince: deadline, at: at(time))?() }
        }
        let order = expected.filter { !cancelled.contains($0.index) }.sorted {
            ($0.deadline, $0.index) < ($1.deadline, $1.index)
        }
        #expect(fired == order.map(\.index))
        #expect(queue.nextDeadline() == nil)
    }

    @Test func aRepeatingTimerStaysOnItsGridAndLeavesOutMissedBeats() {
        var queue = TimerQueue()
        _ = queue.add(at: at(10), every: .milliseconds(10)) {}
        for (id, deadline) in queue.takeDue(at: at(12)) { _ = queue.fire(id, dueSince: deadline, at: at(12)) }
        #expect(queue.nextDeadline() == at(20))
        for (id, deadline) in queue.takeDue(at: at(47)) { _ = queue.fire(id, dueSince: deadline, at: at(47)) }
        #expect(queue.nextDeadline() == at(50))
    }

    @Test func aTimerCancelledByAnEarlierOneOfTheSameInstantDoesNotFire() {
        var queue = TimerQueue()
        _ = queue.add(at: at(1), every: nil) {}
        let second = queue.add(at: at(1), every: nil) {}
        let due = queue.takeDue(at: at(1))
        queue.cancel(second)
        #expect(due.count == 2)
        #expect(queue.fire(second, dueSince: at(1), at: at(1)) == nil)
    }
}

extension TimerQueue {
    /// Whether a timer that has not come due was cancelled.
    fileprivate func isGone(_ id: TimerID) -> Bool {
        var copy = self
        return copy.fire(id, dueSince: .origin, at: .origin) == nil
    }
}
