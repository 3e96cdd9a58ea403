import ClusterModel
import Control
import LinuxIO

/// One connection to the process of a volume: numbers the calls, and finds the answers' callers again. Everything that is
/// open when it ends is answered with nil.
final class EngineConnection {
    typealias Answer = (VolumeEngineResponse?) -> Void

    private let connection: UnixConnection
    private var framer = ControlFramer()
    private var lastNumber: UInt32 = 0
    private var open: [UInt32: Answer] = [:]
    private var subscription: UInt32?
    private var onReport: ((VolumeReport) -> Void)?
    private var onEnd: (() -> Void)?

    /// Messages taken in one turn of the loop; an engine that floods us starves nobody.
    private static let burst = 16
    private static let chunk = 16 * 1024

    /// Connects and subscribes.
    ///
    /// - Parameters:
    ///   - onReport: called with the engine's facts, now and after every change.
    ///   - onEnd: called once when the connection ends by itself.
    init(
        to path: String, on loop: EventLoop, onReport: @escaping (VolumeReport) -> Void, onEnd: @escaping () -> Void
    ) throws(SystemError) {
        connection = try UnixConnection.connect(to: path, on: loop)
        connection.queueLimit = 1 << 20
        self.onReport = onReport
        self.onEnd = onEnd
        connection.onReadable = { [weak self] in self?.read() }
        connection.onEnd = { [weak self] _ in self?.end() }
        subscription = call(.subscribe) { _ in }
    }

    deinit { connection.close() }

    /// Asks the engine; the answer comes once, on the loop, never inside this call.
    @discardableResult
    func call(_ request: VolumeEngineRequest, _ answer: @escaping Answer) -> UInt32 {
        lastNumber &+= 1
        let number = lastNumber
        open[number] = answer
        do throws(ControlCodecFailure) {
            connection.send(
                ControlFramer.frame(try VolumeEngineCodec.encode(VolumeEngineCall(number: number, request: request))))
        } catch {
            preconditionFailure("a request of ours cannot be written: \(request): \(error)")
        }
        return number
    }

    /// Ends the connection; everything open is answered with nil.
    func close() {
        onEnd = nil
        end()
    }

    private func read() {
        framer.append(connection.receive(limit: Self.chunk))
        do {
            for _ in 0..<Self.burst {
                guard let payload = try framer.next() else { return }
                take(try VolumeEngineCodec.decodeAnswer(payload))
            }
            // The rest of what was read waits for the next turn.
            connection.loop.perform { [weak self] in self?.drain() }
        } catch {
            // An engine of another version, or something that is no engine: nothing it says can be used.
            end()
        }
    }

    private func drain() {
        guard connection.state != .closed else { return }
        read()
    }

    private func take(_ answer: VolumeEngineAnswer) {
        if answer.number == subscription {
            if case .report(let report) = answer.response { onReport?(report) }
            return
        }
        open.removeValue(forKey: answer.number)?(answer.response)
    }

    private func end() {
        connection.close()
        let callers = open.sorted { $0.key < $1.key }
        open = [:]
        onReport = nil
        let report = onEnd
        onEnd = nil
        for caller in callers { caller.value(nil) }
        report?()
    }
}
