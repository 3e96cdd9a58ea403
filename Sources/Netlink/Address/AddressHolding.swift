import ClusterModel
import LinuxIO

/// One address on its way to us, or here: what was asked for, and what is under way for it.
final class AddressHolding {
    let resource: AddressResource
    let spec: AddressSpec
    /// As last heard of.
    var link: LinkStatus
    /// Set until the address is ours.
    var completion: AddressManager.Completion?
    var probe: AddressProbe?
    var announcement: AddressAnnouncement?
    /// Pending rechecks after a return of the carrier.
    var rechecks: [TimerID] = []

    init(
        _ resource: AddressResource, _ spec: AddressSpec, _ link: LinkStatus,
        _ completion: @escaping AddressManager.Completion
    ) {
        self.resource = resource
        self.spec = spec
        self.link = link
        self.completion = completion
    }

    var isOurs: Bool { completion == nil }

    func matches(_ status: AddressStatus) -> Bool {
        status.address == spec.address && status.interfaceIndex == spec.interfaceIndex
    }

    /// Ends whatever is under way.
    func quieten(_ loop: EventLoop) {
        for timer in rechecks { loop.cancel(timer) }
        rechecks = []
        probe?.cancel()
        announcement?.cancel()
        probe = nil
        announcement = nil
    }
}
