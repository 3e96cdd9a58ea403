import ClusterModel
import LinuxIO
import Netlink
import NodeCore

/// A service address. Taken only when nobody on the segment answers for it.
final class AddressDriver: ResourceDriver {
    private let resource: AddressResource
    private let addresses: AddressManager
    private let logger: Logger
    private var failed: ((String) -> Void)?
    private(set) var warning: String?

    init(_ resource: AddressResource, addresses: AddressManager, logger: Logger) {
        self.resource = resource
        self.addresses = addresses
        self.logger = logger
    }

    /// Three questions within 40 ms. Whoever holds the address on the segment answers within one; what is asked here only
    /// catches a stranger, since who of the pair may serve was settled before: by the owner's word that it stopped, or by the
    /// longer probe of a silence (rule R3). Every millisecond here is one without service.
    private static let plan = AddressProbe.Plan(count: 3, duration: .milliseconds(40))

    /// The probe that stands before it is far shorter than any timeout.
    func start(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void) {
        addresses.acquire(resource, plan: Self.plan) { [logger, resource] result in
            switch result {
            case .success(.probed): completion(.done)
            case .success(.withoutCarrier):
                logger.warning("\(resource.address) is here, but its cable carries nothing")
                completion(.done)
            case .failure(let failure): completion(.failed("\(failure)"))
            }
        }
    }

    func stop(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void) {
        warning = nil
        do throws(AddressFailure) {
            try addresses.release(resource)
            completion(.done)
        } catch {
            completion(.failed("\(error)"))
        }
    }

    func beginMonitoring(_ failed: @escaping (String) -> Void) {
        self.failed = failed
    }

    func endMonitoring() {
        failed = nil
    }

    /// Announces the address again, where it is here.
    func announce() {
        guard addresses.held.contains(resource) else { return }
        addresses.acquire(resource) { _ in }
    }

    /// Takes what the address manager noticed, where it is about this address.
    func take(_ event: AddressManager.Event) {
        switch event {
        case .vanished(resource):
            failed?("\(resource.address)/\(resource.prefixLength) is gone from its interface")
        case .disputed(resource, let mac):
            warning = "\(resource.address) is claimed by the machine with MAC address \(mac) as well"
            if let warning { logger.error(warning) }
        case .vanished, .disputed: break
        }
    }
}
