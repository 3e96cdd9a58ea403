import ClusterModel

/// Whether a volume may become primary here now.
package enum VolumeReadiness: Hashable, Sendable {
    case ready(PromotionBasis)
    /// Ready as soon as the peer confirmed that its copy is outdated (R2 before the fact).
    case needsPeerOutdated
    /// What has to happen first, in one phrase.
    case waits(String)
}

extension VolumeFacts {
    /// With the peer alive: only a current copy, and only while the peer's is followed or known to be of no use alone.
    package func readinessBesidePeer(_ peerName: NodeName, isPeerReborn: Bool) -> VolumeReadiness {
        if let obstacle = obstacle(peerName) { return .waits(obstacle) }
        guard isCurrent else {
            return .waits("volume \(name): both engines to connect, since \(peerName)'s copy may be newer")
        }
        if isConnected {
            return own?.copy == .upToDate
                ? .ready(.ordinary) : .waits("volume \(name): its engines to compare the copies")
        }
        if own?.isProof == true { return .ready(.ordinary) }
        if isPeerOutdated || isPeerReborn { return .ready(.peerDead) }
        return .needsPeerOutdated
    }

    /// With the peer dead in total silence, or gone in order. An engine of the peer's that is still there gives its consent.
    package func readinessAfterPeer(_ peerName: NodeName, hasLeft: Bool) -> VolumeReadiness {
        if let obstacle = obstacle(peerName) { return .waits(obstacle) }
        guard isCurrent else {
            return .waits("volume \(name): \(peerName), since nothing proves that this copy is as new as its")
        }
        return .ready(hasLeft && isConnected && own?.copy == .upToDate ? .ordinary : .peerDead)
    }

    /// Alone since the boot: only with proof (R1), or with the consent of the peer's engine, which can be reached although
    /// no beat is heard.
    package func readinessAlone(_ peerName: NodeName) -> VolumeReadiness {
        if let obstacle = obstacle(peerName) { return .waits(obstacle) }
        if own?.copy == .upToDate, isConnected || own?.isProof == true { return .ready(.ordinary) }
        if isProven, !isConnected { return .ready(.peerDead) }
        return .waits("volume \(name): \(peerName), since no record here proves that this copy is current (R1)")
    }

    /// Because a person said so: any copy that can be read.
    package func readinessByForce(_ peerName: NodeName) -> VolumeReadiness {
        guard let own else { return .waits("volume \(name): its engine, which is not running") }
        if own.copy == .unknown || own.copy == .missing { return .waits("volume \(name): a usable disk") }
        if isConnected && own.copy == .upToDate { return .ready(.ordinary) }
        return .ready(.force)
    }

    /// What forbids serving this copy whatever the peer does.
    private func obstacle(_ peerName: NodeName) -> String? {
        guard let own else { return "volume \(name): its engine, which is not running" }
        if own.isSplitBrain {
            return "volume \(name): a person, since both copies were written apart (split brain, R7)"
        }
        if isRenounced { return "volume \(name): a resync, since this copy was given up in favour of \(peerName)'s" }
        switch own.copy {
        case .unknown, .missing: return "volume \(name): a usable disk"
        case .inconsistent: return inconsistency(peerName)
        case .outdated: return "volume \(name): \(peerName), since this copy is older than its"
        case .consistent, .upToDate: return nil
        }
    }

    private func inconsistency(_ peerName: NodeName) -> String {
        if let peer, peer.copy == .inconsistent || peer.copy == .missing {
            return "volume \(name): no UpToDate copy on either node: run first-sync"
        }
        if let own, own.replication == .resyncTarget {
            return "volume \(name): the resync (\(byteText(own.outOfSyncBytes)) to go)"
        }
        return "volume \(name): \(peerName), since this copy is incomplete"
    }
}

/// A number of bytes as a person reads it.
package func byteText(_ bytes: UInt64) -> String {
    switch bytes {
    case 0..<10_240: "\(bytes) B"
    case 10_240..<10_485_760: "\(bytes >> 10) KiB"
    case 10_485_760..<10_737_418_240: "\(bytes >> 20) MiB"
    default: "\(bytes >> 30) GiB"
    }
}
