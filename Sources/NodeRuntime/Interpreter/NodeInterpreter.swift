import ClusterModel
import LinuxIO
import NodeCore

/// Runs the brain: one event after the other goes in, the effects that come out are carried out in their order.
///
/// No event is handled inside another: what an effect answers at once is handled after the effects that are left. Events
/// that come before `begin` wait for it, for the first event of an incarnation is `started`.
package final class NodeInterpreter {
    package private(set) var node: Node
    private let loop: EventLoop
    private var events: [NodeEvent] = []
    private var first = 0
    private var isRunning = false
    private weak var performer: (any EffectPerformer)?

    package init(_ node: Node, on loop: EventLoop) {
        self.node = node
        self.loop = loop
    }

    /// Hands the first event to the brain, and everything that was posted before after it.
    ///
    /// - Parameter performer: kept alive by the caller.
    package func begin(_ started: NodeEvent, performer: any EffectPerformer) {
        precondition(self.performer == nil, "the brain was started twice")
        self.performer = performer
        events.insert(started, at: 0)
        run()
    }

    /// Takes an event from anywhere on the loop.
    package func post(_ event: NodeEvent) {
        events.append(event)
        run()
    }

    private func run() {
        guard !isRunning, let performer else { return }
        isRunning = true
        while first < events.count {
            let event = events[first]
            first += 1
            for effect in node.handle(event, at: loop.now) { performer.perform(effect) }
        }
        events.removeAll(keepingCapacity: events.capacity < 256)
        first = 0
        isRunning = false
    }
}
