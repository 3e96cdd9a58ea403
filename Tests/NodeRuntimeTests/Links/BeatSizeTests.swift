import ClusterModel
import Testing
import WireFormat

@testable import Configuration

/// `bascule check` cannot see the heartbeat's format and has its own copy of the limits: they must be the same.
@Suite struct BeatSizeTests {
    @Test func theCheckedLimitsAreThoseOfTheFormat() {
        #expect(HeartbeatSizeCheck.largestBeat == HeartbeatCodec.maximumSize)
        #expect(HeartbeatSizeCheck.mostItems == HeartbeatCodec.maximumItems)
    }

    @Test(arguments: [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (2, 3, 4), (5, 1, 2)])
    func theCheckedSizeIsThatOfTheFormat(links: Int, volumes: Int, groups: Int) {
        let definition = ClusterDefinition(
            name: "office", nodes: [.init(name: "a"), .init(name: "server-b")],
            links: (0..<links).map {
                LinkDefinition(name: LinkName(unchecked: "link-\($0)"), kind: .serial(.init(device: .both("x"))))
            },
            volumes: (0..<volumes).map {
                VolumeDefinition(name: VolumeName(unchecked: "v\($0)"), disk: .both("x"), address: [:])
            },
            groups: (0..<groups).map {
                GroupDefinition(name: GroupName(unchecked: "group-number-\($0)"), preferred: "a", resources: [])
            })
        #expect(
            HeartbeatSizeCheck.largestSize(Self.draft(of: definition)) == HeartbeatCodec.largestSize(for: definition))
    }

    private static func draft(of definition: ClusterDefinition) -> Draft {
        Draft(
            name: definition.name, nodes: definition.nodes.map { Located(value: $0.name, path: .root) },
            links: definition.links.map { DraftItem(path: .root, name: $0.name, definition: $0) },
            volumes: definition.volumes.map { DraftItem(path: .root, name: $0.name, definition: $0) },
            groups: definition.groups.map { DraftItem(path: .root, name: $0.name, definition: $0) })
    }
}
