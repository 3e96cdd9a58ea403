import ClusterModel
import Ownership
import Testing

@Suite struct StepperTests {
    private var stepper = Stepper(count: 3, isUnknown: false)

    /// Carries out every step without a failure; gives the steps.
    private mutating func walk(_ goal: Stepper.Goal) -> [Stepper.Step] {
        var steps: [Stepper.Step] = []
        var progress = stepper.pursue(goal)
        while case .step(let step) = progress, steps.count < 20 {
            steps.append(step)
            progress = stepper.completed(nil)
        }
        #expect(progress == .finished)
        return steps
    }

    @Test mutating func upInOrderAndDownInReverse() {
        #expect(walk(.up) == [.start(0), .start(1), .start(2)])
        #expect(walk(.down(to: 0)) == [.stop(2), .stop(1), .stop(0)])
        #expect(stepper.conditions == [.stopped, .stopped, .stopped])
    }

    @Test mutating func aWalkDownEndsAtItsFloor() {
        _ = walk(.up)
        #expect(walk(.down(to: 1)) == [.stop(2), .stop(1)])
        #expect(walk(.up) == [.start(1), .start(2)])
    }

    @Test mutating func nothingToDoIsFinishedAtOnce() {
        #expect(walk(.down(to: 0)) == [])
        var empty = Stepper(count: 0, isUnknown: true)
        #expect(empty.pursue(.up) == .finished)
    }

    @Test mutating func whatAnEarlierLifeLeftIsStartedAgainOrStoppedNeverTakenForGranted() {
        stepper = Stepper(count: 3, isUnknown: true)
        #expect(walk(.down(to: 0)) == [.stop(2), .stop(1), .stop(0)])
        stepper = Stepper(count: 3, isUnknown: true)
        #expect(walk(.up) == [.start(0), .start(1), .start(2)])
    }

    @Test mutating func aNewGoalWaitsForTheStepUnderWay() {
        #expect(stepper.pursue(.up) == .step(.start(0)))
        #expect(stepper.pursue(.down(to: 0)) == .running)
        #expect(stepper.runningIndex == 0)
        #expect(stepper.completed(nil) == .step(.stop(0)))
        #expect(stepper.pursue(.up) == .running)
        #expect(stepper.completed(nil) == .step(.start(0)))
    }

    @Test mutating func aFailedStartStandsStillAndCountsAsRunningUntilItWasStopped() {
        _ = stepper.pursue(.up)
        _ = stepper.completed(nil)
        #expect(stepper.completed("no such device") == .failed(1, "no such device"))
        #expect(stepper.conditions == [.started, .failed, .stopped])
        #expect(walk(.down(to: 0)) == [.stop(1), .stop(0)])
    }

    @Test mutating func aStartThatFailsAfterTheGoalTurnedIsStoppedLikeAnyOther() {
        _ = stepper.pursue(.up)
        _ = stepper.pursue(.down(to: 0))
        #expect(stepper.completed("too late") == .step(.stop(0)))
        #expect(stepper.failures[0] == "too late")
    }

    @Test mutating func aFailedStopStandsStillAndIsTriedAgainOnDemandOnly() {
        _ = walk(.up)
        _ = stepper.pursue(.down(to: 0))
        #expect(stepper.completed("busy") == .failed(2, "busy"))
        #expect(stepper.completed(nil) == .running)
        #expect(stepper.pursue(.down(to: 0)) == .step(.stop(2)))
    }

    @Test mutating func anAnswerToAStepOfThePastChangesNothing() {
        _ = walk(.up)
        let before = stepper
        #expect(stepper.completed("stale") == .running)
        #expect(stepper == before)
    }

    @Test mutating func onlyWhatRanCanTurnOutToHaveFailed() {
        stepper.resourceFailed(1, "never ran")
        stepper.resourceFailed(7, "no such resource")
        #expect(stepper.failures == [nil, nil, nil])
        _ = walk(.up)
        stepper.resourceFailed(1, "crashed")
        #expect(stepper.conditions == [.started, .failed, .started])
    }

    @Test mutating func aFailureIsForgottenWhenItStarts() {
        _ = walk(.up)
        stepper.resourceFailed(1, "crashed")
        _ = walk(.down(to: 1))
        #expect(stepper.failures[1] == "crashed")
        _ = walk(.up)
        #expect(stepper.failures[1] == nil)
    }
}
