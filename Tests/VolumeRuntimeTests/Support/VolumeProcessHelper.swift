import ClusterModel
import FoundationEssentials
import Glibc
import LinuxIO
import Testing

@testable import VolumeRuntime

/// The real process of a volume for tests that kill it: this test program started once more, where this "test"
/// finds its orders in the environment and becomes `bascule volume`.
@Suite struct VolumeProcessHelper {
    static let variable = "BASCULE_TEST_VOLUME"

    struct Orders: Codable {
        var volume: VolumeDefinition
        var node: NodeName
        var runDirectory: String
        var deviceDirectory: String
        var frontEnd: String
    }

    @Test(.enabled(if: getenv(variable) != nil, "runs only inside a process that another test started"))
    func becomesTheProcessOfAVolume() throws {
        let text = try #require(getenv(Self.variable).map { String(cString: $0) })
        let orders = try JSONDecoder().decode(Orders.self, from: Data(text.utf8))
        let kind = try #require(VolumeProcess.FrontEndKind(rawValue: orders.frontEnd))
        let options = VolumeProcess.Options(
            volume: orders.volume, node: orders.node, runDirectory: orders.runDirectory,
            deviceDirectory: orders.deviceDirectory, frontEnd: kind, logLevel: .debug)
        exit(try VolumeProcess.run(options))
    }

    static func start(_ orders: Orders, on loop: EventLoop) throws -> Tool {
        let text = String(decoding: try JSONEncoder().encode(orders), as: UTF8.self)
        let program = try #require(realpath("/proc/self/exe", nil).map { String(cString: $0) })
        return try Tool(
            [program, "--testing-library", "swift-testing", "--filter", "becomesTheProcessOfAVolume"],
            environment: ["\(variable)=\(text)"], loop: loop)
    }
}
