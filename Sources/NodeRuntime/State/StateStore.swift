import ClusterModel
import LinuxIO
import NodeCore

/// Writes the brain's state, one write after the other, beside the loop. States that wait while a write is under way are
/// overtaken by the newest of them: it holds all that they held.
final class StateStore {
    private let file: StateFile
    private let loop: EventLoop
    private let post: (NodeEvent) -> Void
    private var waiting: (id: StoreID, state: StoredState)?
    private var isWriting = false

    init(_ file: StateFile, on loop: EventLoop, post: @escaping (NodeEvent) -> Void) {
        self.file = file
        self.loop = loop
        self.post = post
    }

    func store(_ id: StoreID, _ state: StoredState) {
        waiting = (id, state)
        writeNext()
    }

    private func writeNext() {
        guard !isWriting, let (id, state) = waiting else { return }
        waiting = nil
        isWriting = true
        let file = file
        do throws(SystemError) {
            try HelperThread.run(on: loop, { Self.write(state, to: file) }) { [weak self] in
                self?.written(id, failure: $0)
            }
        } catch {
            written(id, failure: "\(error)")
        }
    }

    private static func write(_ state: StoredState, to file: StateFile) -> String? {
        do {
            try file.write(state)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func written(_ id: StoreID, failure: String?) {
        isWriting = false
        post(failure.map { .stateStoreFailed(id, reason: $0) } ?? .stateStored(id))
        writeNext()
    }
}
