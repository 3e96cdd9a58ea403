import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// An accepted connection that has not yet said what it wants to be. Reads exactly one first packet: what follows it
/// belongs to the next reader.
final class ArrivingSocket {
    enum Outcome {
        case introduced(PeerSocket)
        case refused(String)
        case left
    }

    let connection: TCPConnection
    private let loop: EventLoop
    private let stream = IncomingStream(capacity: PacketHeader.Format.h80.size)
    private let handler: (Outcome) -> Void
    private var timer: TimerID?

    init(_ connection: TCPConnection, within limit: Duration, _ handler: @escaping (Outcome) -> Void) {
        self.connection = connection
        self.handler = handler
        loop = connection.loop
        connection.onReadable = { [weak self] in self?.read() }
        connection.onEnd = { [weak self] _ in self?.end(.left) }
        timer = loop.schedule(after: limit) { [weak self] in self?.end(.refused("it said nothing")) }
    }

    func close() {
        forget()
        connection.close()
    }

    private func read() {
        guard stream.fill(from: connection), stream.available == PacketHeader.Format.h80.size else { return }
        do {
            end(.introduced(try Self.role(stream.prefix(stream.available))))
        } catch {
            end(.refused("\(error)"))
        }
    }

    private static func role(_ bytes: [UInt8]) throws(WireError) -> PeerSocket {
        // A header is checked against the socket it came on, and here it says which one that is.
        do {
            if try PacketHeader(bytes[...], as: .h80, on: .meta).command == .initialMeta { return .meta }
        } catch {
            if try PacketHeader(bytes[...], as: .h80, on: .data).command == .initialData { return .data }
        }
        throw .unexpected("first packet", 0)
    }

    private func end(_ outcome: Outcome) {
        forget()
        switch outcome {
        case .introduced: break
        case .refused, .left: connection.close()
        }
        handler(outcome)
    }

    private func forget() {
        if let timer { loop.cancel(timer) }
        timer = nil
        connection.onReadable = nil
        connection.onEnd = nil
    }
}
