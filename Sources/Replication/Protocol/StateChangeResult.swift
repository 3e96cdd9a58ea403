/// The verdict on a request for a state change (drbd-8.4 results). Positive is yes.
package enum StateChangeResult: Int32, Hashable, Sendable, CaseIterable {
    case success = 1
    case nothingToDo = 2
    /// The peer agreed.
    case clusterWideSuccess = 3
    /// The peer need not be asked.
    case clusterWideNotNeeded = 4

    /// A refusal whose number is unknown here.
    case unknownError = 0
    case twoPrimaries = -1
    case needsUpToDateData = -2
    case noLocalDisk = -4
    case noRemoteDisk = -5
    case outdatedWhileConnected = -6
    /// Fencing is configured and the peer is not outdated.
    case peerNotOutdated = -7
    case resyncRunning = -8
    case alreadyStandAlone = -9
    case refusedByPeer = -10
    case diskless = -11
    case deviceInUse = -12
    case noNetworkConfiguration = -13
    case noVerifyAlgorithm = -14
    case needsConnection = -15
    case lowerThanOutdated = -16
    case notSupportedByPeer = -17
    /// In between two states; worth trying again.
    case inTransientState = -18
    case concurrentStateChange = -19
    case otherVolumePrimaryOnPeer = -20
    case cannotOutdateWithoutConnection = -21

    /// The verdict a number from the peer stands for: newer numbers keep their sign's meaning.
    package init(wireValue: Int32) {
        self = StateChangeResult(rawValue: wireValue) ?? (wireValue >= 1 ? .success : .unknownError)
    }

    package var isConsent: Bool { rawValue >= 1 }
}
