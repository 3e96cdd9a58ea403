import CLinux
import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

/// A serial line whose far end is in the test's hand.
private final class Cable {
    let loop: EventLoop
    private(set) var far: PseudoTerminal?
    let path: String
    var received: [UInt8] = []
    var vanished: [SystemError?] = []
    var port: SerialPort?

    init(queueLimit: Int = 8192) throws {
        loop = try EventLoop()
        let pair = try PseudoTerminal()
        path = pair.path
        far = consume pair
        port = try SerialPort(path, baud: 19200, queueLimit: queueLimit, on: loop) { [unowned self] event in
            switch event {
            case .received(let bytes): received += bytes
            case .vanished(let reason): vanished.append(reason)
            }
        }
    }

    func write(_ bytes: [UInt8]) throws { _ = try far?.descriptor.write(bytes) }

    func read() throws -> [UInt8] { try far?.descriptor.readAll(limit: 1 << 20) ?? [] }

    func unplug() { far = nil }
}

@Suite struct SerialPortTests {
    @Test func everyByteValuePassesUnchangedBothWays() throws {
        let cable = try Cable()
        let all = (0...255).map { UInt8($0) }
        try cable.write(all)
        #expect(try cable.loop.run(until: { cable.received.count == 256 }, within: .seconds(2)))
        #expect(cable.received == all)
        #expect(cable.port?.send(all) == true)
        var arrived: [UInt8] = []
        let end = cable.loop.now + .seconds(2)
        while arrived.count < 256, cable.loop.now < end { arrived += try cable.read() }
        #expect(arrived == all)
        #expect(cable.vanished.isEmpty)
    }

    @Test func theLineIsRawAndOfTheAskedSpeed() throws {
        let cable = try Cable()
        let line = try FileDescriptor.open(cable.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
        var mode = termios()
        #expect(tcgetattr(line.raw, &mode) == 0)
        #expect(cfgetospeed(&mode) == speed_t(B19200))
        #expect(mode.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0)
        #expect(mode.c_cflag & tcflag_t(CSIZE) == tcflag_t(CS8))
        #expect(mode.c_cflag & tcflag_t(HUPCL) == 0)
        #expect(mode.c_cflag & tcflag_t(CLOCAL) != 0)
    }

    @Test func aStuckLineFillsItsQueueAndRefusesWholeMessages() throws {
        let cable = try Cable(queueLimit: 1000)
        var accepted = 0
        while cable.port?.send([UInt8](repeating: UInt8(ascii: "x"), count: 100)) == true {
            accepted += 100
            #expect(accepted < 1 << 20)
        }
        let waiting = try #require(cable.port?.bytesWaiting)
        #expect(waiting > 900)
        var arrived = 0
        let end = cable.loop.now + .seconds(5)
        while arrived < accepted, cable.loop.now < end {
            try cable.loop.turn(waitingAtMost: .milliseconds(5))
            arrived += try cable.read().count
        }
        #expect(arrived == accepted)
        #expect(cable.port?.bytesWaiting == 0)
        #expect(cable.port?.send([1]) == true)
    }

    @Test func aPulledAdapterIsReportedOnceAndTheLineReopens() throws {
        let cable = try Cable()
        try cable.write([1, 2])
        cable.unplug()
        #expect(try cable.loop.run(until: { !cable.vanished.isEmpty }, within: .seconds(2)))
        #expect(cable.vanished.count == 1)
        #expect(cable.port?.isOpen == false)
        #expect(cable.port?.send([1]) == false)
        #expect(cable.port?.modemLines == nil)
        try cable.loop.turn(waitingAtMost: .milliseconds(2))
        #expect(cable.vanished.count == 1)
        // The device node is gone until the adapter is back.
        let error = #expect(throws: SystemError.self) { try cable.port?.reopen() }
        #expect(error.map { [ENOENT, ENXIO, EIO].contains($0.errno) } == true)
    }

    @Test func reopeningFindsAReturnedLine() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        let name = scratch.path("ttyUSB0")
        let first = try PseudoTerminal()
        let firstPath = first.path
        #expect(symlink(firstPath, name) == 0)
        var events: [SerialPort.Event] = []
        let port = try SerialPort(name, baud: 9600, on: loop) { events.append($0) }
        _ = consume first
        #expect(try loop.run(until: { !port.isOpen }, within: .seconds(2)))
        let second = try PseudoTerminal()
        unlink(name)
        let path = second.path
        #expect(symlink(path, name) == 0)
        try port.reopen()
        _ = try second.descriptor.write([5])
        #expect(try loop.run(until: { events.last == .received([5]) }, within: .seconds(2)))
        #expect(events.count == 2)
    }

    @Test func aSecondUserOfTheLineIsRefused() throws {
        let cable = try Cable()
        let error = #expect(throws: SystemError.self) {
            try SerialPort(cable.path, baud: 19200, on: cable.loop) { _ in }
        }
        #expect(error?.errno == EWOULDBLOCK)
    }

    @Test func anUnknownSpeedOrAThingThatIsNoLineIsAnError() throws {
        let loop = try EventLoop()
        let cable = try Cable()
        cable.port = nil
        let speed = #expect(throws: SystemError.self) { try SerialPort(cable.path, baud: 12345, on: loop) { _ in } }
        #expect(speed?.advice.contains("115200") == true)
        let thing = #expect(throws: SystemError.self) { try SerialPort("/dev/null", baud: 9600, on: loop) { _ in } }
        #expect(thing?.errno == ENOTTY)
    }

    @Test func aPseudoTerminalHasNoModemLines() throws {
        let cable = try Cable()
        #expect(cable.port?.modemLines == nil)
        #expect(throws: SystemError.self) { try cable.port?.raiseModemLines() }
        #expect(ModemLines.carrierDetect.showsPeer)
        #expect(!ModemLines.dataTerminalReady.showsPeer)
    }
}
