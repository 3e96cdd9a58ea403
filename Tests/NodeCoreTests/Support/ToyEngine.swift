import ClusterModel

/// A replication engine reduced to what ownership can see of it. Data is a list of numbered writes; generations are
/// numbers that a primary adds when it goes on alone, so that two histories can be compared as DRBD compares its UUIDs.
struct ToyEngine {
    struct Disk: Hashable {
        var data: [Int] = []
        var generations: [UInt64] = [1]
        var copy = CopyState.upToDate
        var isPeerOutdated = false
        var wasPrimary = false
    }

    var disk: Disk
    /// Whether the process runs and its machine is up.
    var isUp = false
    var isPrimary = false
    var isConnected = false
    var isFrozen = false
    var isSplitBrain = false
    var isGivenUp = false
    var isResyncTarget = false
    var isResyncSource = false
    /// What a secondary says of its copy after its primary was lost: DRBD 8.4 goes on calling it UpToDate.
    var staysUpToDate = true
    /// Whether a promotion for a dead peer asks a connected one first.
    var asksDeadPeer = false
    /// A broken engine that writes on when its peer is gone.
    var neverFreezes = false

    init(copy: CopyState = .upToDate) {
        disk = Disk(copy: copy)
    }

    var peerCopy: CopyState {
        if isConnected { return isResyncSource ? .inconsistent : .upToDate }
        return disk.isPeerOutdated ? .outdated : .unknown
    }

    var report: VolumeReport {
        let replication: VolumeReport.Replication =
            isSplitBrain
            ? .standAlone
            : !isConnected
                ? .disconnected : isResyncTarget ? .resyncTarget : isResyncSource ? .resyncSource : .connected
        return VolumeReport(
            isPrimary: isPrimary, copy: disk.copy, peerCopy: peerCopy, replication: replication, isFrozen: isFrozen,
            isSplitBrain: isSplitBrain, generation: disk.generations.last ?? 0,
            outOfSyncBytes: isResyncTarget || isResyncSource ? 4096 : 0)
    }

    /// The process starts on its disk.
    mutating func attach() {
        isUp = true
        isConnected = false
        isFrozen = false
        isPrimary = false
        isSplitBrain = false
        isGivenUp = false
        isResyncTarget = false
        isResyncSource = false
        if disk.copy == .upToDate && !disk.isPeerOutdated { disk.copy = .consistent }
        if disk.copy == .consistent && disk.isPeerOutdated { disk.copy = .upToDate }
    }

    /// The connection is gone, noticed.
    mutating func lost() {
        guard isConnected else { return }
        isConnected = false
        isResyncSource = false
        if isResyncTarget { disk.copy = .inconsistent }
        isResyncTarget = false
        if isPrimary {
            isFrozen = !neverFreezes
        } else if disk.copy == .upToDate, !staysUpToDate {
            disk.copy = .consistent
        }
    }

    mutating func goOnAlone(_ generation: UInt64) {
        guard isPrimary else { return }
        if isFrozen || disk.copy != .upToDate { disk.generations.append(generation) }
        isFrozen = false
        disk.copy = .upToDate
        disk.isPeerOutdated = true
    }

    /// Carries an order out. `isPeerAnswering`: the peer's engine answers a ping on the connection right now.
    mutating func perform(_ order: VolumeOrder, generation: UInt64, isPeerPrimary: Bool, isPeerAnswering: Bool)
        -> VolumeOrderResult
    {
        switch order {
        case .promote(let basis):
            return promote(basis, generation, isPeerPrimary: isPeerPrimary, isPeerAnswering: isPeerAnswering)
        case .demote:
            isPrimary = false
            disk.wasPrimary = false
            isFrozen = false
            isGivenUp = false
            return .done
        case .resumePeerOutdated, .resumePeerDead:
            guard isPrimary else { return .refused("not primary") }
            if isFrozen { goOnAlone(generation) }
            return .done
        case .abandonFrozenWrites:
            isGivenUp = isFrozen
            return .done
        case .outdate:
            if isPrimary { return .refused("is primary") }
            if isConnected { return .refused("is connected") }
            if disk.copy > .outdated { disk.copy = .outdated }
            return .done
        case .declareUpToDate:
            disk.copy = .upToDate
            disk.generations.append(generation)
            return .done
        case .connect, .connectDiscardingMyData, .disconnect, .invalidate, .pauseResync, .resumeResync:
            return .refused("toys do not do that")
        }
    }

    private mutating func promote(
        _ basis: PromotionBasis, _ generation: UInt64, isPeerPrimary: Bool, isPeerAnswering: Bool
    ) -> VolumeOrderResult {
        if isPrimary { return .done }
        if isConnected && isPeerPrimary && isPeerAnswering && (basis != .peerDead || asksDeadPeer) {
            return .refused("the peer is primary")
        }
        switch basis {
        case .ordinary:
            guard disk.copy == .upToDate else { return .refused("needs an UpToDate copy") }
            guard isConnected && isPeerAnswering || !isConnected && disk.isPeerOutdated else {
                return .refused("the peer is not known to be outdated")
            }
            isPrimary = true
        case .peerDead, .force:
            guard disk.copy >= (basis == .force ? .inconsistent : .consistent) else { return .refused("outdated") }
            guard !(asksDeadPeer && isConnected && isPeerAnswering) || basis == .force else {
                return .refused("the peer answers")
            }
            isPrimary = true
            if isConnected && isPeerAnswering && basis == .force { break }
            isConnected = false
            disk.generations.append(generation)
            disk.copy = .upToDate
            disk.isPeerOutdated = true
        }
        disk.wasPrimary = true
        return .done
    }

    /// Two engines meet: who fills whom.
    enum Comparison: Hashable {
        case equal, firstIsNewer, secondIsNewer, apart
    }

    static func compare(_ first: Disk, _ second: Disk) -> Comparison {
        if first.copy == .inconsistent && second.copy > .inconsistent { return .secondIsNewer }
        if second.copy == .inconsistent && first.copy > .inconsistent { return .firstIsNewer }
        if first.generations == second.generations {
            if first.wasPrimary == second.wasPrimary { return .equal }
            return first.wasPrimary ? .firstIsNewer : .secondIsNewer
        }
        if first.generations.starts(with: second.generations) { return .firstIsNewer }
        if second.generations.starts(with: first.generations) { return .secondIsNewer }
        return .apart
    }
}
