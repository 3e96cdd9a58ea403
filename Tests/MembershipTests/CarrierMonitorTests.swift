import ClusterModel
import Membership
import Testing

@Suite struct CarrierMonitorTests {
    private var monitor = CarrierMonitor()

    @Test func noFallIsNoFallTogether() {
        #expect(monitor.fellTogether == [])
    }

    @Test mutating func oneCableThatFallsIsNoLossOfPower() {
        monitor.changed("direct", isUp: false, at: .ms(0))
        #expect(monitor.fellTogether == [])
    }

    @Test(arguments: [Int64(0), 20, 1000])
    mutating func twoThatFallWithinASecondFellTogether(apart: Int64) {
        monitor.changed("direct", isUp: false, at: .ms(0))
        monitor.changed("null-modem", isUp: false, at: .ms(apart))
        #expect(monitor.fellTogether == ["direct", "null-modem"])
    }

    @Test(arguments: [Int64(1001), 60_000])
    mutating func twoThatFallOneAfterTheOtherDidNotFallTogether(apart: Int64) {
        monitor.changed("direct", isUp: false, at: .ms(0))
        monitor.changed("null-modem", isUp: false, at: .ms(apart))
        #expect(monitor.fellTogether == [])
    }

    @Test mutating func aCarrierThatIsBackTakesTheHintAway() {
        monitor.changed("direct", isUp: false, at: .ms(0))
        monitor.changed("null-modem", isUp: false, at: .ms(100))
        monitor.changed("direct", isUp: true, at: .ms(200))
        #expect(monitor.fellTogether == [])
    }

    @Test mutating func oneLinkThatFallsTwiceIsStillOneLink() {
        monitor.changed("direct", isUp: false, at: .ms(0))
        monitor.changed("direct", isUp: false, at: .ms(100))
        #expect(monitor.fellTogether == [])
    }

    @Test mutating func anOlderFallDoesNotBelongToTheNewOnes() {
        monitor.changed("lan", isUp: false, at: .ms(0))
        monitor.changed("direct", isUp: false, at: .ms(5000))
        monitor.changed("null-modem", isUp: false, at: .ms(5100))
        #expect(monitor.fellTogether == ["direct", "null-modem"])
    }
}
