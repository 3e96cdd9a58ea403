import ClusterModel
import NodeCore

extension Digest {
    mutating func add(_ event: NodeEvent) {
        switch event {
        case .started(let stored, let boot, let incarnation):
            add(1)
            add(stored.epoch.number)
            add(boot)
            add(incarnation)
        case .heartbeatReceived(let beat, let link):
            add(2)
            add(beat)
            add(link.text)
        case .linkFailed(let link, let reason):
            add(3)
            add(link.text)
            add(reason)
        case .linkRestored(let link):
            add(4)
            add(link.text)
        case .carrierChanged(let link, let isUp):
            add(5)
            add(link.text)
            add(isUp)
        case .timerFired(let timer):
            add(6)
            add(timer)
        case .stepCompleted(let id, let outcome):
            add(7)
            add(id.number)
            add(outcome)
        case .resourceFailed(let group, let resource, _):
            add(8)
            add(group.text)
            add(resource)
        case .volumeReported(let volume, let report):
            add(9)
            add(volume.text)
            if let report { add(report) }
        case .volumeOrderCompleted(let id, let result):
            add(10)
            add(id.number)
            add(result == .done)
        case .stateStored(let id):
            add(11)
            add(id.number)
        case .stateStoreFailed(let id, _):
            add(12)
            add(id.number)
        case .pingAnswered(let address):
            add(13)
            add(address)
        case .pingMissed(let address):
            add(14)
            add(address)
        case .probeCompleted(let id, let holder):
            add(15)
            add(id.number)
            add(holder?.bits ?? 0)
        case .operatorRequested(let id, _):
            add(16)
            add(id.number)
        case .shutdownRequested:
            add(17)
        }
    }

    mutating func add(_ effect: NodeEffect) {
        switch effect {
        case .sendHeartbeat(let beat):
            add(101)
            add(beat)
        case .armTimer(let timer, let time):
            add(102)
            add(timer)
            add(Int(time.nanoseconds))
        case .cancelTimer(let timer):
            add(103)
            add(timer)
        case .startResource(let id, let group, let resource, _):
            add(104)
            add(id.number)
            add(group.text)
            add(resource)
        case .stopResource(let id, let group, let resource, _):
            add(105)
            add(id.number)
            add(group.text)
            add(resource)
        case .monitorResource(let group, let resource, let isOn):
            add(106)
            add(group.text)
            add(resource)
            add(isOn)
        case .orderVolume(let id, let volume, let order):
            add(107)
            add(id.number)
            add(volume.text)
            add(order)
        case .storeState(let id, let state):
            add(108)
            add(id.number)
            add(state.epoch.number)
            add(state.groups.count)
        case .probeAddresses(let id, let addresses, _):
            add(109)
            add(id.number)
            add(addresses.count)
        case .pingNodes(let interval):
            add(110)
            add(Int(interval?.nanoseconds ?? 0))
        case .announceAddresses(let group):
            add(111)
            add(group.text)
        case .reply(let id, let outcome):
            add(112)
            add(id.number)
            if case .done = outcome { add(1) }
        case .log(let level, let text):
            add(113)
            add(UInt64(level.rawValue))
            add(text)
        case .feedWatchdog:
            add(114)
        case .resetMachine(let reason):
            add(115)
            add(reason)
        case .exit:
            add(116)
        }
    }

    private mutating func add(_ beat: Heartbeat) {
        add(beat.boot)
        add(beat.incarnation)
        add(beat.sequence)
        add(UInt64(beat.phase.rawValue))
        add(beat.epoch.number)
        for group in beat.groups {
            add(UInt64(group.phase.rawValue) << 16 | UInt64(group.wish.rawValue) << 8 | (group.isAble ? 1 : 0))
        }
        for volume in beat.volumes { add(volume.report) }
        add(beat.hears.count)
        add(beat.outdateRequests.count)
    }

    private mutating func add(_ timer: NodeTimer) {
        switch timer {
        case .keepalive: add(1)
        case .peer: add(2)
        case .step(let group):
            add(3)
            add(group.text)
        case .work: add(4)
        case .reset: add(8)
        case .leave: add(9)
        }
    }

    private mutating func add(_ outcome: StepOutcome) {
        switch outcome {
        case .done: add(1)
        case .failed(let reason):
            add(2)
            add(reason)
        case .timedOut: add(3)
        }
    }
}
