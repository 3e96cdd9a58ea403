import ClusterModel
import NodeCore

/// Starts, stops and watches one resource of a group. Lives on the loop; a completion is called once, there, and may be
/// called inside the call.
///
/// Both steps succeed at once where nothing is left to do: a crashed `bascule run` finds again what it had started.
package protocol ResourceDriver: AnyObject {
    func start(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void)
    /// Also after a start that failed or timed out, of which anything may be left.
    func stop(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void)
    /// Watches a started resource until `endMonitoring`; `failed` is called when it is found not running, with the reason.
    func beginMonitoring(_ failed: @escaping (String) -> Void)
    func endMonitoring()
    /// What a person should look at though nothing has failed, one sentence.
    var warning: String? { get }
}

extension ResourceDriver {
    package var warning: String? { nil }
}
