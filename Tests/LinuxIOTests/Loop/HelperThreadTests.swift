import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct HelperThreadTests {
    @Test func theAnswerArrivesOnTheLoopsThread() throws {
        let loop = try EventLoop()
        let home = pthread_self()
        var answers: [Int] = []
        for number in 0..<8 {
            try HelperThread.run(on: loop) {
                usleep(1000)
                return pthread_equal(pthread_self(), home) == 0 ? number : -1
            } then: { answer in
                #expect(pthread_equal(pthread_self(), home) != 0)
                answers.append(answer)
            }
        }
        #expect(try loop.run(until: { answers.count == 8 }, within: .seconds(5)))
        #expect(answers.sorted() == Array(0..<8))
    }
}
