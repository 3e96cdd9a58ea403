import ClusterModel
import LinuxIO
import NodeCore
import Testing

@testable import NodeRuntime

/// Answers stores at once, and writes down in which order things happen.
private final class Recorder: EffectPerformer {
    let interpreter: NodeInterpreter
    var effects: [NodeEffect] = []
    var depth = 0
    var deepest = 0

    init(_ interpreter: NodeInterpreter) {
        self.interpreter = interpreter
    }

    func perform(_ effect: NodeEffect) {
        depth += 1
        deepest = max(deepest, depth)
        effects.append(effect)
        if case .storeState(let id, _) = effect { interpreter.post(.stateStored(id)) }
        if case .armTimer = effect, effects.count < 100 { interpreter.post(.pingMissed("192.0.2.254")) }
        depth -= 1
    }
}

@Suite struct NodeInterpreterTests {
    private func interpreter() throws -> NodeInterpreter {
        let loop = try EventLoop()
        return NodeInterpreter(Node(definition: Sample.definition(), name: "serv-a", configuration: 1), on: loop)
    }

    @Test func anAnswerThatComesAtOnceWaitsForTheEffectsThatAreLeft() throws {
        let interpreter = try interpreter()
        let recorder = Recorder(interpreter)
        interpreter.begin(.started(StoredState(), boot: 1, incarnation: 2), performer: recorder)
        #expect(recorder.deepest == 1)
        #expect(recorder.effects.count > 2)
    }

    @Test func theFirstEventIsTheStartWhateverCameBefore() throws {
        let interpreter = try interpreter()
        let recorder = Recorder(interpreter)
        interpreter.post(.linkFailed("lan", reason: "not yet"))
        #expect(recorder.effects == [])
        interpreter.begin(.started(StoredState(), boot: 1, incarnation: 2), performer: recorder)
        let beat = recorder.effects.first { if case .sendHeartbeat = $0 { true } else { false } }
        #expect(beat != nil)
    }

    @Test func eventsAreHandledInTheOrderInWhichTheyCame() throws {
        let interpreter = try interpreter()
        let recorder = Recorder(interpreter)
        interpreter.begin(.started(StoredState(), boot: 1, incarnation: 2), performer: recorder)
        recorder.effects = []
        interpreter.post(.operatorRequested(RequestID(1), .standby("nothing")))
        interpreter.post(.operatorRequested(RequestID(2), .standby("nothing")))
        let replies = recorder.effects.compactMap { if case .reply(let id, _) = $0 { id.number } else { nil } }
        #expect(replies == [1, 2])
    }
}

@Suite struct NodeTimersTests {
    @Test func armingAgainMovesTheTimerAndCancellingEndsIt() throws {
        let loop = try EventLoop()
        var events: [NodeEvent] = []
        let timers = NodeTimers(on: loop) { events.append($0) }
        timers.arm(.keepalive, at: loop.now + .milliseconds(10))
        timers.arm(.keepalive, at: loop.now + .milliseconds(40))
        timers.arm(.peer, at: loop.now + .milliseconds(5))
        timers.arm(.step("web"), at: loop.now + .milliseconds(20))
        timers.arm(.step("mail"), at: loop.now + .milliseconds(5))
        timers.cancel(.peer)
        try loop.run(until: { false }, within: .milliseconds(80))
        #expect(events == [.timerFired(.step("mail")), .timerFired(.step("web")), .timerFired(.keepalive)])
    }
}
