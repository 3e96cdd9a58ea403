import ClusterModel
import Glibc
import LinuxIO
import NodeCore
import Testing

@testable import NodeRuntime

@Suite struct StateFileTests {
    static let sample = StoredState(
        epoch: Epoch(42), incarnation: 7, boot: .max,
        groups: [StoredGroup(group: "web", phase: .serving, epoch: Epoch(41))],
        provenCurrent: [ProvenCopy(volume: "data", generation: 0xdead_beef)], renounced: ["other"],
        selfFences: [SelfFence(boot: 3, reason: "could not stop \"web\"\n")])

    @Test func whatIsWrittenIsReadAgain() throws {
        let scratch = try ScratchFolder()
        let file = StateFile(path: scratch.path("state"))
        try file.write(Self.sample)
        #expect(try file.read() == Self.sample)
        try file.write(StoredState())
        #expect(try file.read() == StoredState())
    }

    @Test func aMissingFileIsToldFromADamagedOne() throws {
        let scratch = try ScratchFolder()
        let file = StateFile(path: scratch.path("state"))
        #expect(throws: StateFile.Unreadable.missing) { try file.read() }
    }

    @Test func everyShorterFileIsDamaged() throws {
        let scratch = try ScratchFolder()
        let file = StateFile(path: scratch.path("state"))
        try file.write(Self.sample)
        let text = try scratch.read("state")
        for length in 0..<text.utf8.count {
            try scratch.write("state", String(decoding: text.utf8.prefix(length), as: UTF8.self))
            #expect(throws: StateFile.Unreadable.self, "\(length) bytes") { try file.read() }
        }
    }

    @Test func everyChangedByteIsNoticed() throws {
        let scratch = try ScratchFolder()
        let file = StateFile(path: scratch.path("state"))
        try file.write(Self.sample)
        let bytes = Array(try scratch.read("state").utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            try scratch.write("state", String(decoding: changed, as: UTF8.self))
            #expect(throws: StateFile.Unreadable.self, "byte \(index)") { try file.read() }
        }
    }

    /// A crash in the middle of a write leaves the new file beside the old one.
    @Test func aHalfWrittenSuccessorDoesNotHideTheState() throws {
        let scratch = try ScratchFolder()
        let file = StateFile(path: scratch.path("state"))
        try file.write(Self.sample)
        try scratch.write("state.new", "bascule-state 1 0123")
        #expect(try file.read() == Self.sample)
        try file.write(StoredState(epoch: Epoch(43)))
        #expect(try file.read().epoch == Epoch(43))
        #expect(!scratch.has("state.new"))
    }

    @Test func onlyItsOwnerMayReadIt() throws {
        let scratch = try ScratchFolder()
        try StateFile(path: scratch.path("state")).write(Self.sample)
        var facts = stat()
        #expect(stat(scratch.path("state"), &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
    }

    @Test func aFolderThatIsGoneIsAnErrorAndNoCrash() throws {
        let scratch = try ScratchFolder()
        #expect(throws: SystemError.self) { try StateFile(path: scratch.path("gone/state")).write(Self.sample) }
    }
}

@Suite struct StateStoreTests {
    @Test func theNewestStateOvertakesThoseThatWaitAndIsTheLastOnDisk() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        var events: [NodeEvent] = []
        let file = StateFile(path: scratch.path("state"))
        let store = StateStore(file, on: loop) { events.append($0) }
        for number in 1...20 as ClosedRange<UInt64> { store.store(StoreID(number), StoredState(epoch: Epoch(number))) }
        try loop.run(until: { events.contains(.stateStored(StoreID(20))) }, within: .seconds(5))
        #expect(events == [.stateStored(StoreID(1)), .stateStored(StoreID(20))])
        #expect(try file.read().epoch == Epoch(20))
    }

    @Test func aStateIsReportedStoredOnlyWhenItIsOnDisk() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        let file = StateFile(path: scratch.path("state"))
        var seen: [UInt64] = []
        let store = StateStore(file, on: loop) { event in
            guard case .stateStored(let id) = event, let state = try? file.read() else { return }
            seen.append(state.epoch.number)
            #expect(state.epoch.number >= id.number)
        }
        var next: UInt64 = 1
        let timer = loop.schedule(every: .milliseconds(1)) {
            store.store(StoreID(next), StoredState(epoch: Epoch(next)))
            next += 1
        }
        try loop.run(until: { seen.count >= 10 }, within: .seconds(5))
        #expect(seen == seen.sorted())
        // The last write ends before its folder goes.
        loop.cancel(timer)
        try loop.run(until: { seen.last == next - 1 }, within: .seconds(5))
        #expect(seen.last == next - 1)
    }

    @Test func aStateThatCannotBeWrittenIsSaidWithTheReason() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        var events: [NodeEvent] = []
        let store = StateStore(StateFile(path: scratch.path("gone/state")), on: loop) { events.append($0) }
        store.store(StoreID(1), StoredState())
        try loop.run(until: { !events.isEmpty }, within: .seconds(5))
        guard case .stateStoreFailed(StoreID(1), let reason) = events.first else {
            Issue.record("not reported: \(events)")
            return
        }
        #expect(reason.contains("gone/state"))
    }
}
