import ClusterModel

extension FaultPlan {
    /// A plan made of a seed: faults for `time`, then calm.
    ///
    /// - Parameter kinds: only faults of these kinds; nil: of all.
    package init(seed: UInt64, faultsFor time: Duration, kinds: [String]? = nil) {
        let settings = WorldSettings(seed: seed)
        var draw = Draw(settings: settings, dice: Dice(seed: seed, "faults"))
        var faults: [PlannedFault] = []
        // How busy the story is differs from seed to seed: from one fault in ten minutes to one in ten seconds.
        let pause = draw.dice.pick([Duration.seconds(10), .seconds(30), .seconds(90), .seconds(600)])
        var at = Duration.seconds(45) + draw.dice.duration(.zero...(.seconds(30)))
        while at < time {
            let fault = draw.fault()
            let length = draw.length(of: fault)
            if kinds?.contains(fault.kind) ?? true {
                faults.append(PlannedFault(at: at, for: min(length, time - at), fault))
            }
            // Some come at the same moment, as when the power fails.
            at +=
                draw.dice.below(5) == 0
                ? draw.dice.duration(.zero...(.seconds(2))) : draw.dice.duration(.zero...(pause * 2))
        }
        self.init(settings: settings, faults: faults, calmAt: time)
    }
}

/// Draws faults.
private struct Draw {
    let settings: WorldSettings
    var dice: Dice

    /// Heavier things are rarer.
    mutating func fault() -> Fault {
        let node = dice.below(2)
        let volume = dice.below(settings.groupCount)
        let link = dice.pick(settings.topology.linkNames).text
        switch dice.below(60) {
        case 0..<6: return .powerCut(node: node)
        case 6..<8: return .crash(node: node)
        case 8..<11: return .hang(node: node)
        case 11: return .stallCluster(node: node)
        case 12, 13: return .stallEngine(node: node, volume: volume)
        case 14, 15: return .killCluster(node: node)
        case 16..<19: return .killEngine(node: node, volume: volume)
        case 19: return .restartCluster(node: node)
        case 20, 21: return .shutdown(node: node)
        case 22..<27: return .unplug(link: link)
        case 27..<30: return .oneWay(link: link, from: node)
        case 30..<32: return .degrade(link: link)
        case 32: return .deviceGone(link: link, node: node)
        case 33..<36: return .unplugLAN(node: node)
        case 36, 37: return .gatewayDown
        case 38..<40: return .connectionReset(volume: volume)
        case 40: return .replicationBlocked
        case 41: return .clockStep(node: node, seconds: dice.pick([-31_536_000, -3600, 3600, 31_536_000]))
        case 42, 43: return .slowDisk(node: node, volume: volume)
        case 44: return .flakyDisk(node: node, volume: volume)
        case 45: return .deadDisk(node: node, volume: volume)
        case 46: return .fullRootDisk(node: node)
        case 47, 48: return .unitCrash(node: node, group: volume)
        case 49: return .unitFailsToStart(node: node, group: volume)
        case 50: return .unitStartsSlowly(node: node, group: volume)
        case 51: return .unitHangsAtStop(node: node, group: volume)
        case 52: return dice.below(2) == 0 ? .stranger : .foreignBeats(link: link)
        case 53..<56: return .standby(node: node)
        case 56, 57: return .takeover(node: node)
        default: return .failback(node: node)
        }
    }

    mutating func length(of fault: Fault) -> Duration {
        let short = dice.duration(.milliseconds(100)...(.seconds(4)))
        let long = dice.duration(.seconds(3)...(.seconds(150)))
        switch fault {
        case .crash, .killCluster, .killEngine, .connectionReset, .clockStep, .unitCrash, .rot, .standby, .takeover,
            .failback:
            return .zero
        case .powerCut, .shutdown, .restartCluster, .deadDisk:
            return long
        case .stallCluster, .stallEngine, .hang, .unplug, .oneWay, .degrade, .deviceGone, .unplugLAN, .gatewayDown,
            .replicationBlocked, .slowDisk, .flakyDisk, .fullRootDisk, .unitFailsToStart, .unitStartsSlowly,
            .unitHangsAtStop, .stranger, .foreignBeats:
            return dice.below(2) == 0 ? short : long
        }
    }
}
