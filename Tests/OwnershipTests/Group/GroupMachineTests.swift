import ClusterModel
import Ownership
import Testing

/// A group of a volume (0), a file system (1), an address (2) and a unit (3).
@Suite struct GroupMachineTests {
    private var machine = GroupMachine(Toy.replicated())
    private static let watched: [GroupAction] = [1, 2, 3].map { .monitor($0, isOn: true) }
    private static let unwatched: [GroupAction] = [1, 2, 3].map { .monitor($0, isOn: false) }

    /// Completes steps without failure until none is under way; gives all that was wanted meanwhile.
    private mutating func finishSteps() -> [GroupAction] {
        var actions: [GroupAction] = []
        while machine.stepper.runningIndex != nil, actions.count < 40 {
            actions += machine.stepCompleted(nil, at: .s(1))
        }
        return actions
    }

    private mutating func serve(_ epoch: UInt64 = 1) {
        machine.claim(Epoch(epoch))
        _ = machine.start()
        _ = finishSteps()
        #expect(machine.state == .serving)
    }

    // MARK: Up

    @Test mutating func nothingRunsWhileItIsClaimed() {
        machine.claim(Epoch(3))
        #expect(machine.phase == .claiming)
        #expect(machine.epoch == Epoch(3))
        #expect(!machine.mayRun)
    }

    @Test mutating func aClaimIsWithdrawnWithoutATrace() {
        machine.claim(Epoch(3))
        machine.withdraw()
        #expect(machine.state == .stopped)
        #expect(machine.epoch == Epoch(3))
    }

    @Test mutating func itStartsInOrderAndWatchesAllButItsVolumesOnceItServes() {
        machine.claim(Epoch(1))
        #expect(machine.start() == [.start(0)])
        #expect(machine.phase == .starting)
        #expect(finishSteps() == [.start(1), .start(2), .start(3)] + Self.watched + [.served])
        #expect(machine.phase == .serving)
    }

    @Test mutating func anEmptyGroupServesAtOnce() {
        machine = GroupMachine(GroupDefinition(name: Toy.web, preferred: Toy.a, resources: []))
        machine.claim(Epoch(1))
        #expect(machine.start() == [.served])
    }

    // MARK: Epochs

    @Test(.tags(.epochs)) mutating func recalledEpochsOnlyGrow() {
        machine.recall(Epoch(9))
        machine.recall(Epoch(4))
        #expect(machine.epoch == Epoch(9))
    }

    @Test(.tags(.epochs)) func aClaimUnderAnEpochThatWasUsedEndsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            var machine = GroupMachine(Toy.plain())
            machine.recall(Epoch(9))
            machine.claim(Epoch(9))
        }
    }

    @Test(.tags(.epochs)) mutating func aHandOverNeverLowersTheEpoch() {
        serve(9)
        _ = machine.stop(.handOver, handingOver: Epoch(4), at: .s(2))
        #expect(machine.epoch == Epoch(9))
        #expect(machine.report(isAble: true).wish == .takeIt)
    }

    @Test(.tags(.epochs)) mutating func aHandOverGrantsTheNextEpochWithTheWishThatThePeerTakesIt() {
        serve(9)
        #expect(machine.stop(.handOver, handingOver: Epoch(10), at: .s(2)) == Self.unwatched + [.stop(3)])
        #expect(finishSteps() == [.stop(2), .stop(1), .stop(0), .stopped(.handOver)])
        #expect(
            machine.report(isAble: true)
                == GroupReport(group: Toy.web, phase: .stopped, wish: .takeIt, isAble: true, epoch: Epoch(10)))
        #expect(machine.wishedAt == .s(2))
    }

    // MARK: Down

    @Test(arguments: [StopReason.leaving, .lostDuel, .isolated, .leftBehind])
    mutating func anOrdinaryStopLeavesNoWishAndNoDisability(reason: StopReason) {
        serve()
        _ = machine.stop(reason, handingOver: nil, at: .s(2))
        #expect(machine.state == .stopping(reason))
        #expect(finishSteps().last == .stopped(reason))
        #expect(machine.wish == .none)
        #expect(machine.disability == nil)
    }

    @Test mutating func aGroupThatFailedAgainIsNotStartedHereUntilThatIsCleared() {
        serve()
        _ = machine.stop(.failedAgain("crashed"), handingOver: Epoch(2), at: .s(5))
        #expect(machine.disability == Disability(reason: "crashed", since: .s(5)))
        machine.clearDisability()
        #expect(machine.disability == nil)
    }

    @Test mutating func aStopDuringTheStartWaitsForTheStepUnderWay() {
        machine.claim(Epoch(1))
        _ = machine.start()
        #expect(machine.stop(.isolated, handingOver: nil, at: .s(1)) == Self.unwatched)
        #expect(machine.stepCompleted(nil, at: .s(2)) == [.stop(0)])
        #expect(machine.stepCompleted(nil, at: .s(3)) == [.stopped(.isolated)])
    }

    // MARK: Failures

    @Test mutating func aFailedStartStopsWhatWasStarted() {
        machine.claim(Epoch(1))
        _ = machine.start()
        _ = machine.stepCompleted(nil, at: .s(1))
        #expect(machine.stepCompleted("no file system", at: .s(2)) == [.startFailed(1, "no file system"), .stop(1)])
        #expect(machine.disability == Disability(reason: "no file system", since: .s(2)))
        #expect(finishSteps() == [.stop(0), .stopped(.startFailed("no file system"))])
    }

    @Test(.tags(.r6)) mutating func aFailedStopIsStuckAndSomethingMayStillRun() {
        serve()
        _ = machine.stop(.isolated, handingOver: nil, at: .s(1))
        #expect(machine.stepCompleted("busy", at: .s(2)) == [.becameStuck(3, "busy")])
        #expect(machine.phase == .stuck)
        #expect(machine.mayRun)
        #expect(machine.stop(.leaving, handingOver: nil, at: .s(3)) == [])
        #expect(machine.phase == .stuck)
    }

    @Test mutating func whatIsStuckIsTriedAgainOnDemand() {
        serve()
        #expect(machine.retryStop() == [])
        _ = machine.stop(.isolated, handingOver: nil, at: .s(1))
        _ = machine.stepCompleted("busy", at: .s(2))
        #expect(machine.retryStop() == [.stop(3)])
        #expect(finishSteps().last == .stopped(.leftBehind))
    }

    // MARK: Repairs

    @Test mutating func aRepairRestartsTheFailedResourceAndWhatStandsOnIt() {
        serve()
        #expect(machine.repair(2, "address gone", at: .s(50)) == Self.unwatched + [.stop(3)])
        #expect(machine.phase == .starting)
        #expect(finishSteps() == [.stop(2), .start(2), .start(3)] + Self.watched + [.served])
        #expect(!machine.repairs.isFirst(at: .s(60)))
    }

    @Test mutating func aRepairWhoseStartFailsStopsTheGroup() {
        serve()
        _ = machine.repair(3, "crashed", at: .s(50))
        _ = machine.stepCompleted(nil, at: .s(51))
        #expect(machine.stepCompleted("crashed again", at: .s(52)) == [.startFailed(3, "crashed again"), .stop(3)])
        #expect(machine.state == .stopping(.startFailed("crashed again")))
    }

    @Test(.tags(.r6)) mutating func aRepairWhoseStopFailsIsStuck() {
        serve()
        _ = machine.repair(3, "crashed", at: .s(50))
        #expect(machine.stepCompleted("busy", at: .s(51)) == [.becameStuck(3, "busy")])
        #expect(machine.state == .stuck("busy"))
    }

    // MARK: What an earlier incarnation left

    @Test(arguments: [GroupReport.Phase.starting, .serving])
    mutating func whatServedIsTakenUpByStartingItAll(phase: GroupReport.Phase) {
        #expect(machine.resume(phase, epoch: Epoch(7)) == [.start(0)])
        #expect(machine.phase == .starting)
        #expect(machine.epoch == Epoch(7))
    }

    @Test(arguments: [GroupReport.Phase.claiming, .stopping, .stuck])
    mutating func whatMayHaveBeenStoppingOrClaimedIsStoppedWhole(phase: GroupReport.Phase) {
        #expect(machine.resume(phase, epoch: Epoch(7)) == [.stop(3)])
        #expect(finishSteps() == [.stop(2), .stop(1), .stop(0), .stopped(.leftBehind)])
    }

    @Test mutating func whatWasStoppedStaysIt() {
        #expect(machine.resume(.stopped, epoch: Epoch(7)) == [])
        #expect(!machine.mayRun)
        #expect(machine.epoch == Epoch(7))
    }

    // MARK: Wishes

    @Test mutating func aWishIsCarriedUntilItIsDroppedOrTheGroupIsClaimed() {
        machine.wantIt(at: .s(4))
        #expect(machine.report(isAble: true).wish == .giveItToMe)
        #expect(machine.wishedAt == .s(4))
        machine.dropWish()
        #expect(machine.wish == .none)
        machine.wantIt(at: .s(5))
        machine.claim(Epoch(1))
        #expect(machine.wish == .none)
        #expect(machine.wishedAt == nil)
    }
}
