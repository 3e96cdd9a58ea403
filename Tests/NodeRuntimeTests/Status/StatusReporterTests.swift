import ClusterModel
import Control
import NodeCore
import Testing

@testable import NodeRuntime

@Suite struct StatusReporterTests {
    private static let definition = Sample.definition(
        links: [LinkDefinition(name: "lan", kind: .udp(UDPLink(interface: .both("eth0"))))],
        groups: [
            GroupDefinition(
                name: "web", preferred: "serv-a",
                resources: [ResourceDefinition(kind: .unit("apache2.service"))])
        ],
        volumes: [VolumeDefinition(name: "data", disk: .both("/dev/null"), address: [:])])

    private func document(
        _ status: NodeStatus, volume: (VolumeStatusDocument?, Bool) = (nil, false),
        counters: LinkCounters = LinkCounters()
    ) -> NodeStatusDocument {
        StatusReporter(definition: Self.definition, version: "1.2", configuration: "00ff").document(
            status,
            .init(
                uptime: .seconds(90), link: { _ in ("eth0 broadcast port 694", counters) },
                sincePingAnswer: { _ in .milliseconds(20) }, volume: { _ in volume }, watchdog: nil,
                warnings: ["memory is not locked"]))
    }

    private func status(
        peer: PeerVerdictWord = .alive, group: GroupStatus = GroupStatus(name: "web", preferred: "serv-a"),
        link: NodeCore.LinkStatus.State = .up
    ) -> NodeStatus {
        NodeStatus(
            cluster: "test", node: "serv-a", phase: .active, epoch: Epoch(5), boot: 1, incarnation: 2,
            peer: PeerStatus(name: "serv-b", verdict: peer, sentence: "serv-b: \(peer)"),
            links: [NodeCore.LinkStatus(name: "lan", state: link, received: 10, replays: 2)],
            pingNodes: [PingStatus(address: "192.0.2.254", isAnswering: true)], groups: [group],
            volumes: [NodeCore.VolumeStatus(name: "data", sentence: "no engine is running here")], warnings: ["first"])
    }

    @Test func whatTheBrainAndTheRuntimeKnowIsPutTogether() {
        var counters = LinkCounters()
        counters.badlySigned = 3
        counters.garbled = 4
        counters.oversized = 1
        let document = document(status(), counters: counters)
        #expect(document.version == "1.2" && document.configurationHash == "00ff")
        #expect(document.uptimeMilliseconds == 90_000)
        #expect(document.epoch == 5)
        #expect(document.nodes.map(\.name) == ["serv-a", "serv-b"])
        #expect(document.links[0].badlySigned == 3)
        #expect(document.links[0].garbled == 5)
        #expect(document.links[0].replayed == 2)
        #expect(document.links[0].place == "eth0 broadcast port 694")
        #expect(document.pingNodes[0].lastAnswerMilliseconds == 20)
        #expect(document.warnings == ["first", "memory is not locked"])
    }

    @Test(
        arguments: [
            (.unheard, .unknown), (.absent, .unknown), (.alive, .up), (.late, .late), (.dead, .dead), (.left, .left),
        ] as [(PeerVerdictWord, NodeEntry.State)])
    func theVerdictOnThePeerIsItsState(verdict: PeerVerdictWord, state: NodeEntry.State) {
        #expect(document(status(peer: verdict)).nodes[1].state == state)
    }

    @Test(
        arguments: [
            (.unheard, .unknown), (.up, .up), (.late, .late), (.silent, .dead), (.faulty, .failed),
        ] as [(NodeCore.LinkStatus.State, LinkEntry.State)])
    func theHealthOfALinkIsItsState(health: NodeCore.LinkStatus.State, state: LinkEntry.State) {
        #expect(document(status(link: health)).links[0].state == state)
    }

    @Test(
        arguments: [
            (.serving, "serv-a", nil, .started, .serving), (.stopped, "serv-b", nil, .stopped, .standby),
            (.stopped, nil, "serv-b", .stopped, .waiting), (.stopped, nil, nil, .stopped, .stopped),
            (.stopped, nil, nil, .failed, .failed), (.claiming, nil, nil, .stopped, .starting),
            (.starting, "serv-a", nil, .starting, .starting), (.stopping, "serv-a", nil, .stopping, .stopping),
            (.stuck, "serv-a", nil, .failed, .failed),
        ] as [(GroupReport.Phase, NodeName?, String?, ResourceStatus.State, GroupEntry.State)])
    func aGroupsStateIsOneWord(
        phase: GroupReport.Phase, owner: NodeName?, waiting: String?, resource: ResourceStatus.State,
        state: GroupEntry.State
    ) {
        let group = GroupStatus(
            name: "web", preferred: "serv-a", owner: owner, phase: phase, waitingFor: waiting,
            resources: [ResourceStatus(title: "unit apache2.service", state: resource)])
        let entry = document(status(group: group)).groups[0]
        #expect(entry.state == state)
        #expect(entry.resources.map(\.kind) == ["unit"])
        #expect(entry.resources.map(\.title) == ["apache2.service"])
    }

    @Test func aVolumeWithoutEngineIsShownAllTheSameAndASilentOneSaysSo() {
        let absent = document(status()).volumes[0]
        #expect(absent.name == "data" && absent.role == .unknown && absent.reason == "no engine is running here")
        let known = VolumeStatusDocument(
            name: "data", role: .primary, peerRole: .secondary, connection: .connected, disk: .upToDate,
            peerDisk: .upToDate)
        #expect(document(status(), volume: (known, false)).volumes == [known])
        #expect(document(status(), volume: (known, true)).volumes[0].reason.contains("does not answer"))
    }
}
