import Configuration
import Testing

/// A definition without any error or warning, and small changes of it.
enum ExampleText {
    static let good = """
        name = "school"
        ping-nodes = ["192.0.2.254"]
        [[node]]
        name = "serv-a"
        [[node]]
        name = "serv-b"
        [[link]]
        name = "lan"
        kind = "udp"
        interface = "eth0"
        [[link]]
        name = "null-modem"
        kind = "serial"
        device = "/dev/ttyS0"
        [[volume]]
        name = "data"
        disk = "/dev/sda1"
        address = { serv-a = "198.51.100.1:7788", serv-b = "198.51.100.2:7788" }
        [[group]]
        name = "web"
        preferred = "serv-a"
        [[group.resource]]
        kind = "volume"
        volume = "data"
        [[group.resource]]
        kind = "filesystem"
        volume = "data"
        mount-point = "/srv/data"
        [[group.resource]]
        kind = "address"
        address = "192.0.2.10/24"
        interface = "eth0"

        """

    /// The good definition with `old` replaced by `new`, which must occur.
    static func with(_ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
        #expect(good.contains(old), "the change is of nothing", sourceLocation: sourceLocation)
        return good.replacing(old, with: new, maxReplacements: 1)
    }

    /// The good definition with lines added at its end (below the last resource of the group).
    static func adding(_ lines: String) -> String {
        good + lines + "\n"
    }

    /// All diagnostics of a text, as a person sees them.
    static func diagnostics(of text: String) -> [String] {
        ConfigurationReader.read(text, file: "c.toml").diagnostics.map(\.description)
    }
}
