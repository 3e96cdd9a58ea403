import ClusterModel
import LinuxIO
import Netlink
import NodeCore
import SystemManager

/// Where resources meet the machine: made once, shared by the drivers of each kind.
final class ResourceMachinery {
    let addresses: AddressManager
    let mounts: MountWatch
    /// Only where the definition has units: a machine without systemd needs none.
    let units: UnitManager?
    private let board: ResourceBoard

    init(_ definition: ClusterDefinition, node: NodeName, board: ResourceBoard, on loop: EventLoop, logger: Logger)
        throws
    {
        self.board = board
        addresses = try AddressManager(node: node, on: loop) { [weak board] event in
            for driver in board?.drivers(AddressDriver.self) ?? [] { driver.take(event) }
        }
        mounts = try MountWatch(on: loop)
        units = definition.hasUnits ? UnitManager(on: loop) { [weak board] in Self.take($0, board, logger) } : nil
        for group in definition.groups {
            for (index, resource) in group.resources.enumerated() {
                guard let driver = driver(of: resource.kind, on: loop, logger: logger) else { continue }
                board.add(
                    driver, title: "\(resource.kind.word) \(resource.kind.title)",
                    at: .init(group: group.name, resource: index))
            }
        }
        units?.start()
    }

    func close() {
        units?.close()
        mounts.close()
    }

    /// Volumes have none: their engines are asked by order.
    private func driver(of kind: ResourceKind, on loop: EventLoop, logger: Logger) -> (any ResourceDriver)? {
        switch kind {
        case .volume: return nil
        case .filesystem(let resource): return FilesystemDriver(resource, mounts: mounts, on: loop, logger: logger)
        case .address(let resource): return AddressDriver(resource, addresses: addresses, logger: logger)
        case .script(let resource): return ScriptDriver(resource, on: loop, logger: logger)
        case .unit(let name):
            guard let units else { preconditionFailure("a unit without systemd: \(name)") }
            return UnitDriver(name, units: units, on: loop, logger: logger)
        }
    }

    private static func take(_ event: UnitManager.Event, _ board: ResourceBoard?, _ logger: Logger) {
        let drivers = board?.drivers(UnitDriver.self) ?? []
        switch event {
        case .unitChanged(let status):
            for driver in drivers { driver.take(status) }
        case .unitUnreadable(let unit, let error): logger.error("\(unit) cannot be watched: \(error)")
        case .busLost(let error): logger.error("systemd is not reached: \(error)")
        case .busBack:
            logger.info("systemd is reached")
            for driver in drivers { driver.checkItIsNotEnabled() }
        }
    }
}

extension ClusterDefinition {
    var hasUnits: Bool {
        groups.contains { group in
            group.resources.contains { if case .unit = $0.kind { true } else { false } }
        }
    }
}
