import ClusterModel
import Control
import Testing

@testable import VolumeRuntime

@Suite struct ResyncMeterTests {
    private static let mebibyte: UInt64 = 1 << 20

    private func at(_ seconds: Int64) -> Instant { .origin + .seconds(seconds) }

    @Test func theSpeedIsThatOfTheLastEighteenSeconds() throws {
        var meter = ResyncMeter(left: 1000 * Self.mebibyte, at: at(0))
        var left: UInt64 = 1000
        for second in 1...60 {
            left -= second <= 30 ? 1 : 10
            meter.sample(left: left * Self.mebibyte, isPaused: false, at: at(Int64(second)))
        }
        let progress = meter.progress(wanted: nil)
        #expect(progress.speed == 10 * Self.mebibyte)
        #expect(progress.averageSpeed == 330 * Self.mebibyte / 60)
        #expect(progress.finishSeconds == left / 10)
    }

    @Test func aPauseCountsNeitherForTheSpeedNorForTheAverage() {
        var meter = ResyncMeter(left: 100 * Self.mebibyte, at: at(0))
        for second in 1...10 {
            meter.sample(left: UInt64(100 - second) * Self.mebibyte, isPaused: false, at: at(Int64(second)))
        }
        meter.sample(left: 90 * Self.mebibyte, isPaused: true, at: at(10))
        meter.sample(left: 90 * Self.mebibyte, isPaused: true, at: at(500))
        meter.sample(left: 90 * Self.mebibyte, isPaused: false, at: at(500))
        for second in 1...10 {
            meter.sample(left: UInt64(90 - second) * Self.mebibyte, isPaused: false, at: at(Int64(500 + second)))
        }
        let progress = meter.progress(wanted: nil)
        #expect(progress.speed == Self.mebibyte)
        #expect(progress.averageSpeed == Self.mebibyte)
        #expect(!progress.isStalled)
    }

    @Test func nothingForThreeMinutesIsAStallWithoutAFinishTime() {
        var meter = ResyncMeter(left: 100, at: at(0))
        for second in 1...179 { meter.sample(left: 100, isPaused: false, at: at(Int64(second))) }
        #expect(!meter.progress(wanted: nil).isStalled)
        meter.sample(left: 100, isPaused: false, at: at(180))
        #expect(meter.progress(wanted: nil).isStalled)
        #expect(meter.progress(wanted: nil).finishSeconds == nil)
        meter.sample(left: 50, isPaused: false, at: at(181))
        #expect(!meter.progress(wanted: nil).isStalled)
    }

    @Test func blocksThatBecomeDirtyMeanwhileRaiseTheTotal() {
        var meter = ResyncMeter(left: 100, at: at(0))
        meter.sample(left: 250, isPaused: false, at: at(1))
        #expect(meter.progress(wanted: nil).totalBytes == 250)
        #expect(meter.progress(wanted: 7).wantedSpeed == 7)
    }
}
