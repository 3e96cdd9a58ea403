import Glibc
import Testing

@testable import LinuxIO

@Suite struct LoggerTests {
    private func written(_ style: Logger.Style, _ threshold: LogLevel = .info, _ log: (Logger) -> Void) throws -> String
    {
        let pipe = try Pipe()
        log(Logger(threshold: threshold, style: style, descriptor: pipe.writing.raw))
        return String(decoding: try pipe.reading.readAll(limit: 10_000), as: UTF8.self)
    }

    @Test func theJournalGetsThePriorityOfEachLine() throws {
        let text = try written(.journal) {
            $0.error("one")
            $0.warning("two")
            $0.notice("three")
            $0.info("four")
            $0.debug("left out")
        }
        #expect(text == "<3>one\n<4>two\n<5>three\n<6>four\n")
    }

    @Test func aTerminalGetsTheTime() throws {
        let text = try written(.plain, .debug) { $0.debug("hello") }
        #expect(text.wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} debug: hello\n/) != nil)
    }

    @Test func outsideTextCannotForgeLines() throws {
        #expect(try written(.journal) { $0.info("a\n<3>b\u{1b}[1mé") } == "<6>a <3>b [1mé\n")
    }

    @Test func whatIsLeftOutIsNotEvenPutTogether() throws {
        var isEvaluated = false
        func costly() -> String {
            isEvaluated = true
            return ""
        }
        #expect(try written(.plain, .error) { $0.warning(costly()) }.isEmpty)
        #expect(!isEvaluated)
    }

    @Test func millisecondsKeepTheirZeroes() {
        #expect(WallClock.text(seconds: 0, milliseconds: 7).hasSuffix(".007"))
        #expect(WallClock.seconds() > 1_700_000_000)
    }
}
