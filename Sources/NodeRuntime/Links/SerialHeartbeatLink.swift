import ClusterModel
import LinuxIO
import WireFormat

/// Beats in frames on a null-modem cable.
///
/// A beat that finds an older one still on its way out is dropped, so a slow line never falls behind. The port may vanish
/// (a USB adapter) and come back.
final class SerialHeartbeatLink: HeartbeatLink {
    let name: LinkName
    var counters = LinkCounters()

    private let definition: SerialLink
    private let device: String
    private let loop: EventLoop
    private let handler: (LinkEvent) -> Void
    private var port: SerialPort?
    private var deframer = SerialDeframer()
    private var fault: String?
    private var carrier = CarrierWord()
    private var timer: TimerID?

    private static let retryDelay = Duration.seconds(1)
    /// Fast enough that modem lines and Ethernet carrier are seen to fall within the same second.
    private static let modemLinesInterval = Duration.milliseconds(250)

    init(
        _ name: LinkName, _ definition: SerialLink, device: String, on loop: EventLoop,
        _ handler: @escaping (LinkEvent) -> Void
    ) {
        self.name = name
        self.definition = definition
        self.device = device
        self.loop = loop
        self.handler = handler
    }

    deinit { close() }

    var place: String { "\(device) \(definition.baud) baud" }

    func open() {
        do throws(SystemError) {
            port = try SerialPort(device, baud: definition.baud, on: loop) { [weak self] in self?.take($0) }
            restore()
            watchModemLines()
        } catch {
            fail("\(error)")
            tryAgainLater()
        }
    }

    func close() {
        port?.close()
        port = nil
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    func send(_ beat: [UInt8]) {
        guard let port, port.bytesWaiting == 0, port.send(SerialFrame.encode(beat)) else {
            counters.dropped += 1
            return
        }
        counters.sent += 1
    }

    // MARK: The port

    private func take(_ event: SerialPort.Event) {
        switch event {
        case .received(let bytes):
            let garbage = deframer.garbageBytes
            let beats = deframer.feed(bytes)
            counters.garbled += deframer.garbageBytes - garbage
            for beat in beats { handler(.received(beat)) }
        case .vanished(let reason):
            port = nil
            fail(reason.map { "\($0)" } ?? "\(device) hung up")
            tryAgainLater()
        }
    }

    private func tryAgainLater() {
        if let timer { loop.cancel(timer) }
        timer = loop.schedule(after: Self.retryDelay) { [weak self] in self?.open() }
    }

    private func watchModemLines() {
        if let timer { loop.cancel(timer) }
        timer = nil
        do throws(SystemError) {
            try port?.raiseModemLines()
        } catch {
            // A pseudo-terminal or a simple adapter has none; then they are no evidence either.
            return
        }
        readModemLines()
        timer = loop.schedule(every: Self.modemLinesInterval) { [weak self] in self?.readModemLines() }
    }

    private func readModemLines() {
        guard let lines = port?.modemLines, carrier.isNews(lines.showsPeer) else { return }
        handler(.carrierChanged(isUp: lines.showsPeer))
    }

    private func fail(_ reason: String) {
        guard fault != reason else { return }
        fault = reason
        handler(.failed(reason: reason))
    }

    private func restore() {
        guard fault != nil else { return }
        fault = nil
        handler(.restored)
    }
}
