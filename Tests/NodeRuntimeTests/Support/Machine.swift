import ClusterModel
import Configuration
import Control
import Foundation
import Glibc
import LinuxIO
import NodeCore
import Synchronization
import SystemManager

@testable import NodeRuntime

/// One node with all its parts on a thread of its own, in a network of its own: what `bascule run` is, without the process.
final class Machine: Sendable {
    private struct Life {
        var isOver = false
        var error: String?
    }

    let runDirectory: String
    let reset = Mutex<String?>(nil)
    private let life = Mutex(Life())
    private let stop: LinuxIO.Pipe

    /// Starts the node; `enter` brings the thread into its network.
    init(
        _ definition: ClusterDefinition, node: NodeName, in folder: String, enter: @escaping @Sendable () throws -> Void
    ) throws {
        runDirectory = folder + "/run"
        mkdir(folder, 0o700)
        mkdir(runDirectory, 0o700)
        mkdir(folder + "/state", 0o700)
        stop = try LinuxIO.Pipe()
        let stopNumber = stop.reading.raw
        let thread = Thread { [self] in
            do {
                try enter()
                try live(definition, node, folder, stopNumber)
            } catch {
                life.withLock { $0.error = "\(error)" }
            }
            life.withLock { $0.isOver = true }
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    private func live(_ definition: ClusterDefinition, _ node: NodeName, _ folder: String, _ stop: Int32) throws {
        guard let key = SharedKey(bytes: [UInt8](repeating: 5, count: 32)), let peer = definition.peer(of: node) else {
            throw Tool.Failure(description: "no settings")
        }
        var settings = NodeSettings(
            definition: definition, node: node, peer: peer, configuration: ConfigurationHash(of: definition),
            keys: [key], runDirectory: runDirectory, stateDirectory: folder + "/state", version: "test")
        settings.reset = MachineReset { [self] in
            reset.withLock { $0 = "reset" }
            return SystemError(errno: EPERM, operation: "reset a test")
        }
        let loop = try EventLoop()
        let service = NodeService(
            settings, on: loop, logger: Logger(threshold: .error), notifier: ServiceNotifier(), warnings: [])
        let stored = (try? StateFile(path: folder + "/state/state").read()) ?? StoredState()
        let boot = UInt64(bitPattern: Int64(folder.hashValue))
        try service.begin(stored, boot: boot)
        var isKilled = false
        let watch = try loop.register(stop, for: .readable) { _ in
            isKilled = true
            loop.stop()
        }
        try loop.run()
        loop.unregister(watch)
        service.end()
        // The last answers leave.
        if !isKilled { try loop.run(until: { false }, within: .milliseconds(50)) }
    }

    /// Ends the node without a farewell, and waits until its thread is gone.
    func kill() throws {
        _ = try stop.writing.write([1])
        awaitEnd()
    }

    @discardableResult
    func awaitEnd(within seconds: Double = 10) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        while Date() < end {
            if life.withLock({ $0.isOver }) { return true }
            usleep(5000)
        }
        return false
    }

    var error: String? { life.withLock { $0.error } }

    // MARK: As a subcommand sees it

    func ask(_ request: ControlRequest, within limit: Duration = .seconds(20)) throws -> ControlResponse? {
        let loop = try EventLoop()
        let caller = try Caller(path: runDirectory + "/control.sock", on: loop)
        return try caller.ask(request, within: limit).last
    }

    var status: NodeStatusDocument? {
        guard case .nodeStatus(let document) = try? ask(.status, within: .seconds(2)) else { return nil }
        return document
    }

    /// Waits until the status satisfies a condition.
    func wait(within seconds: Double = 10, for condition: (NodeStatusDocument) -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        while Date() < end {
            if let status, condition(status) { return true }
            usleep(20_000)
        }
        return false
    }
}
