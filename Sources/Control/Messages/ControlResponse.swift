import ClusterModel

/// One message from a daemon to a subcommand. A request is answered by any number of `progress` messages and exactly
/// one of the others; `watch` and `follow` by status documents or reports until the client closes.
package enum ControlResponse: Hashable, Sendable, Codable {
    case nodeStatus(NodeStatusDocument)
    case volumeStatus(VolumeStatusDocument)
    /// The facts that ownership needs, for the cluster process.
    case volumeReport(VolumeReport)
    /// Something happened on the way to the outcome.
    case progress(ProgressEvent)
    /// The end of an order.
    case outcome(ControlOutcome)
    /// Plain text, e.g. the answer to `explain`.
    case text(String)
    /// The request could not be understood or carried out at all.
    case error(ControlError)

    /// Whether the answer to a request other than `watch` and `follow` goes on after this message.
    package var isIntermediate: Bool {
        switch self {
        case .progress: true
        case .nodeStatus, .volumeStatus, .volumeReport, .outcome, .text, .error: false
        }
    }
}

/// How an order ended. The sentence is for a person and says what was done, or why not and what would help.
package enum ControlOutcome: Hashable, Sendable, Codable {
    case ok(sentence: String)
    /// The state of the pair does not allow it (exit code 1).
    case refused(sentence: String)
    /// It was tried and failed on the way (exit code 2).
    case failed(sentence: String)

    /// The end of an order to an engine.
    package init(_ result: VolumeOrderResult, done sentence: String) {
        self =
            switch result {
            case .done: .ok(sentence: sentence)
            case .refused(let reason): .refused(sentence: reason)
            }
    }

    package var sentence: String {
        switch self {
        case .ok(let sentence), .refused(let sentence), .failed(let sentence): sentence
        }
    }

    package var exitCode: Int32 {
        switch self {
        case .ok: 0
        case .refused: 1
        case .failed: 2
        }
    }
}

/// A step on the way to an outcome.
package struct ProgressEvent: Hashable, Sendable, Codable {
    /// Since the order arrived.
    package var elapsedMilliseconds: Int64
    package var sentence: String
    /// 0…100 where the work can be measured.
    package var percent: Double?

    package init(elapsedMilliseconds: Int64, sentence: String, percent: Double? = nil) {
        self.elapsedMilliseconds = elapsedMilliseconds
        self.sentence = sentence
        self.percent = percent
    }
}

/// Why a request was not even tried.
package enum ControlError: Hashable, Sendable, Codable {
    /// The other side speaks another version of this format: the two come from different installations.
    case version(theirs: Int, ours: Int)
    /// The bytes are no message of this format.
    case malformed(detail: String)
    /// Understood, but not by this daemon (a node's request to a volume's engine, or the reverse).
    case notForThisDaemon
    /// No such group or volume.
    case unknownName(String)
    /// The daemon cannot answer now, e.g. while it ends.
    case unavailable(detail: String)

    package var sentence: String {
        switch self {
        case .version(let theirs, let ours):
            "The other side speaks control format \(theirs), this one \(ours): restart the daemon after an upgrade."
        case .malformed(let detail): "The message on the control socket makes no sense: \(detail)."
        case .notForThisDaemon: "This daemon does not answer that request; ask the node's daemon."
        case .unknownName(let name): "There is no group or volume named \"\(name)\" in this cluster."
        case .unavailable(let detail): "Not now: \(detail)."
        }
    }
}
