import ClusterModel
import LinuxIO

extension LinkBoard {
    /// Adds the link of a definition as this node has it.
    func add(
        _ definition: LinkDefinition, node: NodeName, peer: NodeName, interfaces: InterfaceWatch, on loop: EventLoop
    ) {
        switch definition.kind {
        case .udp(let link):
            guard let interface = link.interface[node] else {
                preconditionFailure("the checked definition has no interface for \(node) on link \(definition.name)")
            }
            add {
                UDPHeartbeatLink(
                    definition.name, link, interface: interface, peer: peer, interfaces: interfaces, on: loop, $0)
            }
        case .serial(let link):
            guard let device = link.device[node] else {
                preconditionFailure("the checked definition has no device for \(node) on link \(definition.name)")
            }
            add { SerialHeartbeatLink(definition.name, link, device: device, on: loop, $0) }
        }
    }
}
