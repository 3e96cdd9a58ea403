import ClusterModel
import Control
import Glibc
import LinuxIO

/// The steps of one order: what the cluster calls promoting is promoting and attaching the block device, demoting is
/// detaching it and demoting. Everything else is one call.
final class OrderProcedure {
    private let order: VolumeOrder
    private let name: VolumeName
    private let connection: EngineConnection
    private let loop: EventLoop
    private var completion: ((VolumeOrderResult) -> Void)?

    /// The device node is made by udev or the engine a moment after the kernel has the device.
    private static let devicePatience = Duration.seconds(5)
    private static let devicePause = Duration.milliseconds(10)

    init(
        _ order: VolumeOrder, of name: VolumeName, over connection: EngineConnection, on loop: EventLoop,
        _ completion: @escaping (VolumeOrderResult) -> Void
    ) {
        self.order = order
        self.name = name
        self.connection = connection
        self.loop = loop
        self.completion = completion
    }

    func run() {
        switch order {
        case .promote: pass { [self] in attach() }
        case .demote: detach { [self] in pass { [self] in end(.done) } }
        case .resumePeerOutdated, .resumePeerDead, .abandonFrozenWrites, .outdate, .connect, .connectDiscardingMyData,
            .disconnect, .declareUpToDate, .invalidate, .pauseResync, .resumeResync:
            pass { [self] in end(.done) }
        }
    }

    /// Gives the order itself to the engine.
    private func pass(then next: @escaping () -> Void) {
        connection.call(.order(order)) { [self] response in
            switch response {
            case .orderEnded(.done): next()
            case .orderEnded(.refused(let reason)): end(.refused(reason))
            case let other: refuse(other)
            }
        }
    }

    private func attach() {
        connection.call(.attach) { [self] response in
            switch response {
            case .attached(let device): awaitDevice(device, until: loop.now + Self.devicePatience)
            case let other: refuse(other)
            }
        }
    }

    private func detach(then next: @escaping () -> Void) {
        connection.call(.detach) { [self] response in
            switch response {
            case .detached: next()
            case let other: refuse(other)
            }
        }
    }

    private func awaitDevice(_ device: String, until end: Instant) {
        var facts = stat()
        if stat(device, &facts) == 0 { return self.end(.done) }
        guard loop.now < end else {
            return self.end(.refused("\(device) did not appear though the volume is attached"))
        }
        loop.schedule(after: Self.devicePause) { [self] in awaitDevice(device, until: end) }
    }

    private func refuse(_ response: VolumeEngineResponse?) {
        switch response {
        case .failed(let reason): end(.refused(reason))
        case .error(let error): end(.refused(error.sentence))
        case .ending: end(.refused("the engine of volume \(name) is ending"))
        case nil: end(.refused("the engine of volume \(name) went away before it answered"))
        case .orderEnded, .attached, .detached, .status, .report:
            end(.refused("the engine of volume \(name) answered something else than was asked"))
        }
    }

    private func end(_ result: VolumeOrderResult) {
        let report = completion
        completion = nil
        report?(result)
    }
}
