import Membership
import Testing

@Suite struct DelayEstimateTests {
    private var estimate = DelayEstimate()

    @Test func nothingIsKnownBeforeTheFirstSample() {
        #expect(estimate.microseconds == nil)
    }

    @Test mutating func theFirstSampleIsTheEstimate() {
        estimate.add(.microseconds(800))
        #expect(estimate.microseconds == 800)
    }

    @Test mutating func eachFurtherSampleCountsOneEighth() {
        estimate.add(.microseconds(800))
        estimate.add(.microseconds(1600))
        #expect(estimate.microseconds == 900)
        estimate.add(.microseconds(100))
        #expect(estimate.microseconds == 800)
    }

    @Test mutating func aDelayBelowZeroCountsAsNone() {
        estimate.add(.microseconds(-500))
        #expect(estimate.microseconds == 0)
    }
}
