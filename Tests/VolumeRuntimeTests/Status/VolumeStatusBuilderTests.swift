import ClusterModel
import Control
import Replication
import Testing

@testable import VolumeRuntime

@Suite struct VolumeStatusBuilderTests {
    private func document(_ word: StateWord, trouble: String = "", report: VolumeReport = VolumeReport())
        -> VolumeStatusDocument
    {
        VolumeStatusBuilder(
            name: "data", wireProtocol: .c, device: nil, size: 0, word: word, report: report,
            counters: VolumeCounters(),
            generations: nil, resync: nil, diskTrouble: trouble
        ).document
    }

    /// Both sides must use the same words, or a state would be shown as unknown.
    @Test func everyStateHasItsWord() {
        for connection in ConnectionState.allCases {
            for disk in DiskState.allCases {
                let seen = document(
                    StateWord(
                        role: .primary, peerRole: .secondary, connection: connection, disk: disk, peerDisk: .unknown))
                #expect(seen.connection.rawValue == connection.description)
                #expect(seen.disk.rawValue == disk.description)
                #expect(seen.role.rawValue == "Primary" && seen.peerRole.rawValue == "Secondary")
            }
        }
    }

    @Test func theGravestReasonIsTheOneThatIsSaid() {
        let word = StateWord(
            role: .primary, peerRole: .unknown, connection: .standAlone, disk: .upToDate, peerDisk: .unknown)
        #expect(document(word).reason.isEmpty)
        #expect(document(word, report: VolumeReport(isFrozen: true)).reason.contains("writes wait"))
        #expect(document(word, report: VolumeReport(isFrozen: true, isSplitBrain: true)).reason.contains("apart"))
        #expect(document(word, trouble: "no disk", report: VolumeReport(isFrozen: true)).reason == "no disk")
    }
}
