import Foundation
import Synchronization

/// A client on the LAN that keeps writing records through the service address, remembers which were acknowledged, and
/// how long the service was away.
package final class RecordWriter: Sendable {
    package struct Tally: Sendable {
        package var acknowledged: [Int] = []
        package var failures = 0
        /// The longest time between two acknowledgements, milliseconds.
        package var longestGap = 0.0
        package var lastAcknowledged: Double?
        package var error: String?
    }

    private let tally = Mutex(Tally())
    private let stopping = Mutex(false)
    private let finished = DispatchSemaphore(value: 0)
    private let clock = Stopwatch()
    private let seed: UInt64

    /// Starts writing at once, one record after the other, `pause` seconds apart.
    package init(namespacePath: String, address: String, seed: UInt64 = 1, pause: Double = 0.002) {
        self.seed = seed
        let thread = Thread { [self] in
            do {
                try HTTPExchange.enter(namespacePath)
                // A dead node answers nothing: a patient client would measure its own patience.
                run(HTTPExchange(address: address, patienceMilliseconds: 60), pause: pause)
            } catch {
                tally.withLock { $0.error = "\(error)" }
            }
            finished.signal()
        }
        thread.start()
    }

    private func run(_ exchange: HTTPExchange, pause: Double) {
        var number = 0
        while !stopping.withLock({ $0 }) {
            do {
                try exchange.put("/record-\(number)", Self.body(number, seed: seed))
                acknowledge(number)
                number += 1
            } catch {
                tally.withLock { $0.failures += 1 }
            }
            Thread.sleep(forTimeInterval: pause)
        }
    }

    private func acknowledge(_ number: Int) {
        let now = clock.milliseconds
        tally.withLock { tally in
            if let last = tally.lastAcknowledged { tally.longestGap = max(tally.longestGap, now - last) }
            tally.lastAcknowledged = now
            tally.acknowledged.append(number)
        }
    }

    /// What a record holds: anyone can compute it again from its number.
    package static func body(_ number: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(number)
        return (0..<(200 + number % 8000)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    package var snapshot: Tally { tally.withLock { $0 } }

    /// Forgets the longest gap, so that the next outage is measured alone.
    package func resetGap() { tally.withLock { $0.longestGap = 0 } }

    package func stop() -> Tally {
        stopping.withLock { $0 = true }
        finished.wait()
        return snapshot
    }

    /// Reads every acknowledged record back through the service address; gives the numbers of those that are lost or wrong.
    package static func lost(
        _ tally: Tally, namespacePath: String, address: String, seed: UInt64 = 1
    ) throws -> [Int] {
        let result = Mutex<Result<[Int], any Error>>(.success([]))
        let finished = DispatchSemaphore(value: 0)
        let numbers = tally.acknowledged
        Thread {
            let outcome = Result {
                try HTTPExchange.enter(namespacePath)
                let exchange = HTTPExchange(address: address, patienceMilliseconds: 2000)
                return numbers.filter { number in
                    (try? exchange.get("/record-\(number)")) != body(number, seed: seed)  // unreadable is lost
                }
            }
            result.withLock { $0 = outcome }
            finished.signal()
        }.start()
        finished.wait()
        return try result.withLock { try $0.get() }
    }
}
