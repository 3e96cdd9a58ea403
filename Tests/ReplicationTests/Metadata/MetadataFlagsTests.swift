import Replication
import Testing

@Suite struct MetadataFlagsTests {
    struct Attach: Sendable {
        let flags: MetadataFlags
        let asked: DiskState
        let careless: DiskState
    }

    @Test(arguments: [
        Attach(flags: [], asked: .inconsistent, careless: .inconsistent),
        Attach(flags: [.wasUpToDate, .peerOutdated], asked: .inconsistent, careless: .inconsistent),
        Attach(flags: [.consistent], asked: .outdated, careless: .outdated),
        Attach(flags: [.consistent, .peerOutdated], asked: .outdated, careless: .outdated),
        Attach(flags: [.consistent, .wasUpToDate], asked: .consistent, careless: .upToDate),
        Attach(flags: [.consistent, .wasUpToDate, .peerOutdated], asked: .upToDate, careless: .upToDate),
    ])
    func theDiskStateAtAttachFollowsFromTheFlags(attach: Attach) {
        #expect(attach.flags.diskStateAtAttach(fencingIsDontCare: false) == attach.asked)
        #expect(attach.flags.diskStateAtAttach(fencingIsDontCare: true) == attach.careless)
    }

    @Test func aPrimaryFoundAtAttachHasCrashed() {
        #expect(MetadataFlags.primary.crashedAsPrimary && MetadataFlags.crashedPrimary.crashedAsPrimary)
        #expect(!MetadataFlags([.consistent, .connected, .wasUpToDate]).crashedAsPrimary)
    }

    @Test func onlyAnOrderOrALogThatSaysNothingDemandsTheFullBitmap() {
        #expect(MetadataFlags.fullSync.demandsFullBitmap)
        #expect(MetadataFlags([.crashedPrimary, .activityLogDisabled]).demandsFullBitmap)
        #expect(MetadataFlags([.primary, .activityLogDisabled]).demandsFullBitmap)
        #expect(!MetadataFlags.activityLogDisabled.demandsFullBitmap)
        #expect(!MetadataFlags([.primary, .crashedPrimary]).demandsFullBitmap)
    }

    struct Recorded: Sendable {
        var role = Role.secondary
        var peerRole = Role.secondary
        var disk = DiskState.upToDate
        var peerDisk = DiskState.upToDate
        var connection = ConnectionState.connected
        var crashed = false
        let flags: MetadataFlags
    }

    @Test(arguments: [
        Recorded(flags: [.consistent, .wasUpToDate, .connected]),
        Recorded(role: .primary, flags: [.consistent, .wasUpToDate, .connected, .primary]),
        Recorded(peerRole: .primary, flags: [.consistent, .wasUpToDate, .connected]),
        Recorded(
            peerRole: .primary, peerDisk: .diskless, flags: [.consistent, .wasUpToDate, .connected, .primary]),
        Recorded(disk: .outdated, flags: [.consistent, .connected]),
        Recorded(disk: .inconsistent, connection: .syncTarget, flags: [.connected]),
        Recorded(
            peerDisk: .inconsistent, connection: .syncSource,
            flags: [.consistent, .wasUpToDate, .connected, .peerOutdated]),
        Recorded(
            peerRole: .unknown, peerDisk: .outdated, connection: .waitForConnection,
            flags: [.consistent, .wasUpToDate, .peerOutdated]),
        Recorded(
            peerRole: .unknown, peerDisk: .unknown, connection: .waitForReportParams, crashed: true,
            flags: [.consistent, .wasUpToDate, .crashedPrimary]),
    ])
    func flagsRecordTheState(recorded: Recorded) {
        let kept: MetadataFlags = [.fullSync, .activityLogDisabled, MetadataFlags(rawValue: 0x8000)]
        for before in [kept, kept.union([.activityLogClean, .primary, .peerOutdated, .crashedPrimary])] {
            let flags = before.recording(
                role: recorded.role, peerRole: recorded.peerRole, disk: recorded.disk, peerDisk: recorded.peerDisk,
                connection: recorded.connection, crashedPrimary: recorded.crashed)
            #expect(flags == recorded.flags.union(kept))
        }
    }

    @Test func statesArePrintedAsDrbdPrintsThem() {
        #expect(
            DiskState.allCases.map { "\($0)" }.joined(separator: " ")
                == "Diskless Attaching Failed Negotiating Inconsistent Outdated DUnknown Consistent UpToDate")
        #expect(Role.allCases.map { "\($0)" } == ["Unknown", "Primary", "Secondary"])
        #expect(ConnectionState.allCases.count == 24)
        #expect(ConnectionState(rawValue: 15)?.description == "WFSyncUUID")
        #expect(ConnectionState.pausedSyncTarget > .syncSource && ConnectionState.waitForReportParams < .connected)
    }
}
