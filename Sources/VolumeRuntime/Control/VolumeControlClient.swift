import ClusterModel
import Control
import LinuxIO

/// One client of the control socket.
final class VolumeControlClient {
    private static let chunk = 16 * 1024
    private static let callsPerTurn = 32
    /// A subscriber that reads nothing for so many bytes of reports is given up.
    private static let queueLimit = 1 << 20

    private let connection: UnixConnection
    private let take: (VolumeEngineCall) -> Void
    private let gone: () -> Void
    private var framer = ControlFramer()
    private var subscription: UInt32?

    init(_ connection: UnixConnection, take: @escaping (VolumeEngineCall) -> Void, gone: @escaping () -> Void) {
        self.connection = connection
        self.take = take
        self.gone = gone
        connection.queueLimit = Self.queueLimit
        connection.onReadable = { [weak self] in self?.read() }
        connection.onEnd = { [weak self] _ in self?.end() }
    }

    func subscribe(_ number: UInt32, _ report: VolumeReport) {
        subscription = number
        publish(report)
    }

    func publish(_ report: VolumeReport) {
        guard let subscription else { return }
        answer(VolumeEngineAnswer(number: subscription, response: .report(report)))
    }

    func answer(_ answer: VolumeEngineAnswer) {
        do {
            connection.send(ControlFramer.frame(try VolumeEngineCodec.encode(answer)))
        } catch {
            preconditionFailure("an answer of ours cannot be written: \(answer): \(error)")
        }
    }

    func sayEnding() {
        answer(VolumeEngineAnswer(number: subscription ?? 0, response: .ending))
        connection.closeWhenSent(within: .seconds(1))
    }

    private func read() {
        framer.append(connection.receive(limit: Self.chunk))
        takeCalls()
    }

    private func takeCalls() {
        do {
            for _ in 0..<Self.callsPerTurn {
                guard let payload = try framer.next() else { return }
                takeCall(payload)
            }
            // The rest of what was read waits for the next turn.
            connection.loop.perform { [weak self] in self?.takeCalls() }
        } catch {
            // There is no finding the next message in a stream whose lengths make no sense.
            refuse(.malformed(detail: "a message of \(error.length) bytes is announced"))
            connection.closeWhenSent(within: .seconds(1))
            gone()
        }
    }

    private func takeCall(_ payload: [UInt8]) {
        do {
            take(try VolumeEngineCodec.decodeCall(payload))
        } catch {
            refuse(error.reason)
        }
    }

    private func refuse(_ reason: ControlError) {
        answer(VolumeEngineAnswer(number: 0, response: .error(reason)))
    }

    private func end() {
        connection.close()
        gone()
    }
}
