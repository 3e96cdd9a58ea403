import ClusterModel
import Testing

@testable import Configuration

@Suite struct TextTests {
    @Test(arguments: [
        ("2s", Duration.seconds(2)), ("100ms", .milliseconds(100)), ("0.5s", .milliseconds(500)),
        ("1.5min", .seconds(90)), ("1h", .seconds(3600)), ("250us", .microseconds(250)), ("7ns", .nanoseconds(7)),
        ("999999h", .seconds(999_999 * 3600)), ("0.000000001s", .nanoseconds(1)),
        ("1.999999999h", .nanoseconds(7_199_999_996_400)),
    ])
    func timesAreRead(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "s", "2", "2 s", " 2s", "-2s", "+2s", "2S", "2m", "2d", ".5s", "5.s", "1.2.3s", "1e3s", "1000000s",
        "0.0000000001s", "٢s", "2s\0", "infs",
    ])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test func timesReadBack() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let scale: Int64 = [1, 1000, 1_000_000, 1_000_000_000].randomElement(using: &generator) ?? 1
            let duration = Duration.nanoseconds(Int64.random(in: 0...9999, using: &generator) * scale)
            #expect(DurationText.parse(DurationText.text(duration)) == duration)
        }
    }

    @Test(arguments: [
        ("0", UInt64(0)), ("4096", 4096), ("700000K", 716_800_000), ("100M", 104_857_600), ("1g", 1 << 30),
        ("2T", 2 << 40),
    ])
    func sizesAreRead(text: String, bytes: UInt64) {
        #expect(ByteSizeText.parse(text) == bytes)
    }

    @Test(arguments: ["", "K", "1.5M", "-1", "1 M", "1MB", "0x10", "99999999999999999999", "99999999T", "1K1"])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(ByteSizeText.parse(text) == nil)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("::", "::"),
    ])
    func addressesHaveOneSpelling(text: String, canonical: String) {
        #expect(AddressText(text)?.canonical == canonical)
    }

    @Test(arguments: [
        "", "192.0.2", "192.0.2.256", "192.0.2.01x", "192.0.2.1/24", "2001:db8::1%eth0", "[::1]", "localhost",
        "1:2:3:4:5:6:7:8:9", "192.0.2.1\0", String(repeating: ":", count: 100),
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(AddressText(text) == nil)
    }

    @Test(arguments: ["192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "2001:db8::1:7788", "[192.0.2.1]:1", ":1", "[]:1"])
    func whatIsNoEndpointIsRefused(text: String) {
        #expect(EndpointText(text) == nil)
    }

    @Test(arguments: [
        ("deadtme", "deadtime"), ("Deadtime", "deadtime"), ("wartime", "warntime"), ("keepalvie", "keepalive"),
        ("mount_point", "mount-point"),
    ])
    func aTypingErrorFindsItsWord(word: String, meant: String) {
        let words = ["keepalive", "warntime", "deadtime", "initdead", "mount-point"]
        #expect(SpellingSuggestion.nearest(to: word, among: words) == meant)
    }

    @Test(arguments: ["", "x", "volume", "timedead", String(repeating: "deadtime", count: 20)])
    func anotherWordFindsNone(word: String) {
        #expect(SpellingSuggestion.nearest(to: word, among: ["keepalive", "deadtime", "initdead"]) == nil)
    }
}
