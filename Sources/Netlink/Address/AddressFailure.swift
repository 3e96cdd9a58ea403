import ClusterModel
import LinuxIO

/// Why an address cannot be taken, probed or given back.
package enum AddressFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The definition itself cannot be carried out here.
    case badDefinition(String)
    /// The interface is missing, or the kernel refuses.
    case kernel(NetlinkError)
    /// Frames cannot be sent or received.
    case frames(SystemError)
    /// The interface is down or its cable carries nothing, so nobody could have answered.
    case noCarrier(interface: String)
    /// Somebody answers for the address.
    case taken(address: IPAddress, interface: String, by: MACAddress)
    /// Somebody else wants the address at the same moment.
    case contended(address: IPAddress, interface: String, by: MACAddress)
    /// The address was released before it was taken.
    case cancelled(address: IPAddress)

    package var description: String {
        switch self {
        case .badDefinition(let text): text
        case .kernel(let error): "\(error)"
        case .frames(let error): "\(error)"
        case .noCarrier(let interface):
            "\(interface) is down or its cable is unplugged: whether an address is free there cannot be known"
        case .taken(let address, let interface, let mac):
            "\(address) is already used on the network of \(interface) by the machine with MAC address \(mac)"
        case .contended(let address, let interface, let mac):
            "\(address) is wanted at the same moment on the network of \(interface) by the machine with MAC address \(mac)"
        case .cancelled(let address): "\(address) was released before it was taken"
        }
    }
}
