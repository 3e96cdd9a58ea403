import Membership
import Testing

@Suite struct SequenceWindowTests {
    private var window = SequenceWindow()

    @Test mutating func theFirstNumberIsNewWhateverItIs() {
        #expect(window.accept(4711) == .newer(missed: 0))
    }

    @Test(arguments: [(UInt64(101), UInt64(0)), (102, 1), (164, 63), (165, 64), (100_000, 99_899)])
    mutating func aHigherNumberCountsWhatWasSkipped(number: UInt64, missed: UInt64) {
        _ = window.accept(100)
        #expect(window.accept(number) == .newer(missed: missed))
    }

    @Test(arguments: [UInt64(99), 70, 37])
    mutating func anOvertakenNumberIsTakenOnceOnly(number: UInt64) {
        _ = window.accept(100)
        #expect(window.accept(number) == .overtaken)
        #expect(window.accept(number) == .duplicate)
    }

    @Test(arguments: [UInt64(0), 1, 36])
    mutating func aNumberSixtyFourBehindTheNewestIsAReplay(number: UInt64) {
        _ = window.accept(100)
        #expect(window.accept(number) == .tooOld)
    }

    @Test(arguments: [UInt64(1), 5, 63])
    mutating func whatWasSeenIsRememberedWhileTheWindowMoves(step: UInt64) {
        _ = window.accept(100)
        _ = window.accept(100 + step)
        #expect(window.accept(100) == .duplicate)
    }

    @Test(arguments: [UInt64(64), 65, 1000])
    mutating func aJumpBeyondTheWindowForgetsWhatWasSeen(step: UInt64) {
        _ = window.accept(100)
        _ = window.accept(100 + step)
        #expect(window.accept(100) == .tooOld)
        #expect(window.accept(100 + step) == .duplicate)
        #expect(window.accept(100 + step - 1) == .overtaken)
    }

    @Test mutating func theGreatestNumberIsNoSpecialCase() {
        _ = window.accept(UInt64.max - 1)
        #expect(window.accept(.max) == .newer(missed: 0))
        #expect(window.accept(.max) == .duplicate)
        #expect(window.accept(0) == .tooOld)
    }
}
