import ClusterModel
import LinuxIO

/// The service addresses of this node: takes them after making sure that nobody else has them, makes them known, gives
/// them back, and notices when one is lost or disputed.
///
/// Runs on the loop; the calls into the kernel answer at once. Completions come on the loop, once, never inside the call.
package final class AddressManager {
    /// How an address was taken.
    package enum Acquisition: Hashable, Sendable {
        /// Nobody answered for it.
        case probed
        /// The cable carries nothing at the moment, e.g. because the switch starts slower than we do after a power cut: nobody
        /// could be asked. That is made up for when the carrier returns.
        case withoutCarrier
    }

    package enum Event: Hashable, Sendable {
        /// Another machine claims an address that is held here.
        case disputed(AddressResource, by: MACAddress)
        /// An address that is held here is gone from its interface: somebody removed it, or the interface.
        case vanished(AddressResource)
    }

    package struct Settings: Hashable, Sendable {
        package var probe = AddressProbe.Plan()
        package var announcementCount = 5
        package var announcementInterval = Duration.milliseconds(200)
        /// When, after the return of the carrier, to ask and announce again. Not only at once: a switch port learns for up
        /// to half a minute before it lets frames through (IEEE 802.1D), and a neighbour's port takes its time as well.
        package var recheckDelays: [Duration] = [.zero, .seconds(2), .seconds(10), .seconds(35)]

        package init() {}
    }

    package typealias Completion = (Result<Acquisition, AddressFailure>) -> Void

    private let node: NodeName
    private let settings: Settings
    private let loop: EventLoop
    private let route: RouteSocket
    private let onEvent: (Event) -> Void
    private var monitor: RouteMonitor?
    private var holdings: [AddressHolding] = []

    package init(
        node: NodeName, settings: Settings = Settings(), on loop: EventLoop, onEvent: @escaping (Event) -> Void
    ) throws(NetlinkError) {
        self.node = node
        self.settings = settings
        self.loop = loop
        self.onEvent = onEvent
        route = try RouteSocket()
        monitor = try RouteMonitor(on: loop) { [weak self] in self?.routeChanged($0) }
    }

    /// The addresses that are here now, in the order in which they were taken.
    package var held: [AddressResource] { holdings.filter(\.isOurs).map(\.resource) }

    // MARK: Taking

    /// Asks the segment for the address, adds it, and announces it from then on. One that is held already is announced again.
    ///
    /// - Parameter plan: another way to ask than the settings': in a planned hand-over the peer has just said that it gave the
    ///   address back, so a short question is enough.
    package func acquire(
        _ resource: AddressResource, plan: AddressProbe.Plan? = nil, _ completion: @escaping Completion
    ) {
        if let holding = holding(of: resource), holding.isOurs {
            announce(holding)
            return loop.perform { completion(.success(.probed)) }
        }
        do throws(AddressFailure) {
            try release(resource)
            let (spec, link) = try locate(resource)
            let holding = AddressHolding(resource, spec, link, completion)
            holdings.append(holding)
            if link.isUsable {
                try probe(holding, plan ?? settings.probe)
            } else {
                loop.perform { [weak self] in self?.take(holding, .withoutCarrier) }
            }
        } catch {
            holdings.removeAll { $0.resource == resource }
            loop.perform { completion(.failure(error)) }
        }
    }

    private func probe(_ holding: AddressHolding, _ plan: AddressProbe.Plan) throws(AddressFailure) {
        holding.probe = try AddressProbe(
            for: holding.spec.address, interface: holding.link.name, plan: plan, route: route, on: loop
        ) { [weak self, weak holding] result in
            guard let self, let holding else { return }
            holding.probe = nil
            self.probed(holding, result)
        }
    }

    private func probed(_ holding: AddressHolding, _ result: Result<AddressProbe.Verdict, AddressFailure>) {
        let address = holding.spec.address
        let interface = holding.link.name
        switch result {
        case .success(.nobodyAnswered): take(holding, .probed)
        case .success(.answered(let mac)): giveUp(holding, .taken(address: address, interface: interface, by: mac))
        case .success(.alsoWanted(let mac)):
            giveUp(holding, .contended(address: address, interface: interface, by: mac))
        case .failure(.noCarrier): take(holding, .withoutCarrier)
        case .failure(let error): giveUp(holding, error)
        }
    }

    private func take(_ holding: AddressHolding, _ acquisition: Acquisition) {
        // Released between the decision and this turn of the loop.
        guard holdings.contains(where: { $0 === holding }) else { return }
        do throws(NetlinkError) {
            try route.addAddress(holding.spec)
        } catch {
            return giveUp(holding, .kernel(error))
        }
        let completion = holding.completion
        holding.completion = nil
        announce(holding)
        completion?(.success(acquisition))
    }

    private func giveUp(_ holding: AddressHolding, _ failure: AddressFailure) {
        holdings.removeAll { $0 === holding }
        holding.quieten(loop)
        let completion = holding.completion
        holding.completion = nil
        completion?(.failure(failure))
    }

    // MARK: Announcing

    /// Announces every address that is held, e.g. after the segment was split and healed.
    package func announceAgain() {
        for holding in holdings where holding.isOurs { announce(holding) }
    }

    private func announce(_ holding: AddressHolding) {
        holding.announcement?.cancel()
        holding.announcement = nil
        // Without a carrier, or on an interface that just goes away, the return of the carrier announces.
        guard holding.link.isUsable else { return }
        do throws(AddressFailure) {
            holding.announcement = try AddressAnnouncement(
                of: holding.spec.address, on: holding.link, own: ownMACs(), count: settings.announcementCount,
                every: settings.announcementInterval, loop: loop,
                onConflict: { [weak self, weak holding] mac in
                    if let self, let holding { self.disputed(holding, by: mac) }
                },
                onEnd: { [weak holding] in holding?.announcement = nil })
        } catch {
            // The interface went away between two events: the monitor tells of its return, or its removal.
        }
    }

    private func ownMACs() -> [MACAddress] {
        do throws(NetlinkError) { return try route.links().compactMap(\.mac) } catch { return [] }
    }

    private func disputed(_ holding: AddressHolding, by mac: MACAddress) {
        // One report is enough for one round of announcements.
        holding.announcement?.cancel()
        holding.announcement = nil
        onEvent(.disputed(holding.resource, by: mac))
    }

    // MARK: Giving back

    /// Removes the address; one that is being taken is given up, its completion gets `.cancelled`; one that is not here is
    /// no error.
    package func release(_ resource: AddressResource) throws(AddressFailure) {
        let holding = holding(of: resource)
        holdings.removeAll { $0 === holding }
        holding?.quieten(loop)
        if let holding, let completion = holding.completion {
            holding.completion = nil
            let address = holding.spec.address
            loop.perform { completion(.failure(.cancelled(address: address))) }
        }
        let found = if let holding { AddressSpec?.some(holding.spec) } else { try specToRemove(resource) }
        guard let spec = found else { return }
        do throws(NetlinkError) { try route.deleteAddress(spec) } catch { throw .kernel(error) }
    }

    /// Where an address that we do not hold would have to be removed; nil without the interface, which is as good.
    private func specToRemove(_ resource: AddressResource) throws(AddressFailure) -> AddressSpec? {
        do throws(AddressFailure) {
            return try locate(resource, mustBeUp: false).spec
        } catch {
            guard case .kernel(let failure) = error, case .missing = failure.cause else { throw error }
            return nil
        }
    }

    /// Removes what a crashed run left behind: every address of the configuration that is on this machine, on whichever
    /// interface. Called once at the start, before anything is acquired.
    /// - Returns: what was removed.
    package func removeLeftovers(of resources: [AddressResource]) throws(NetlinkError) -> [AddressStatus] {
        precondition(holdings.isEmpty, "leftovers are removed before addresses are taken, not while \(held) are held")
        let wanted = resources.compactMap { IPAddress($0.address) }
        let leftovers = try route.addresses().filter { wanted.contains($0.address) }
        for leftover in leftovers {
            let spec = AddressSpec(
                address: leftover.address, prefixLength: leftover.prefixLength, interfaceIndex: leftover.interfaceIndex)
            try route.deleteAddress(spec)
        }
        return leftovers
    }

    // MARK: Watching

    private func routeChanged(_ event: RouteMonitor.Event) {
        switch event {
        case .linkChanged(let link): linkChanged(link)
        case .linkRemoved(let link):
            for holding in holdings where holding.link.index == link.index && holding.isOurs { vanished(holding) }
        case .addressRemoved(let status):
            for holding in holdings where holding.isOurs && holding.matches(status) { vanished(holding) }
        case .addressAdded: break
        case .overflowed: readAnew()
        }
    }

    private func linkChanged(_ link: LinkStatus) {
        for holding in holdings where holding.link.index == link.index {
            let returned = link.isUsable && !holding.link.isUsable
            holding.link = link
            if returned, holding.isOurs { planRechecks(of: holding) }
        }
    }

    private func planRechecks(of holding: AddressHolding) {
        holding.quieten(loop)
        holding.rechecks = settings.recheckDelays.map { delay in
            loop.schedule(after: delay) { [weak self, weak holding] in
                if let self, let holding { self.recheck(holding) }
            }
        }
    }

    /// After a cut somebody else may have taken the address: asks first, and announces only if nobody answers.
    private func recheck(_ holding: AddressHolding) {
        guard holding.link.isUsable else { return }
        do throws(AddressFailure) {
            holding.probe = try AddressProbe(
                for: holding.spec.address, interface: holding.link.name, plan: settings.probe, route: route, on: loop
            ) { [weak self, weak holding] result in
                guard let self, let holding else { return }
                holding.probe = nil
                switch result {
                case .success(.answered(let mac)): self.disputed(holding, by: mac)
                case .success(.nobodyAnswered), .success(.alsoWanted): self.announce(holding)
                case .failure: break  // The carrier went again; its next return comes here.
                }
            }
        } catch {
            // The interface went away again; its return, or its removal, is told by the monitor.
        }
    }

    private func vanished(_ holding: AddressHolding) {
        holdings.removeAll { $0 === holding }
        holding.quieten(loop)
        onEvent(.vanished(holding.resource))
    }

    private func readAnew() {
        do throws(NetlinkError) {
            let present = try route.addresses()
            for link in try route.links() { linkChanged(link) }
            for holding in holdings where holding.isOurs && !present.contains(where: holding.matches) {
                vanished(holding)
            }
        } catch {
            // The kernel cannot be asked at the moment: the next event or overflow asks again.
        }
    }

    // MARK: Finding

    private func holding(of resource: AddressResource) -> AddressHolding? {
        holdings.first { $0.resource == resource }
    }

    private func locate(
        _ resource: AddressResource, mustBeUp: Bool = true
    ) throws(AddressFailure) -> (spec: AddressSpec, link: LinkStatus) {
        guard let address = IPAddress(resource.address) else {
            throw .badDefinition("\(resource.address) is neither an IPv4 nor an IPv6 address")
        }
        guard resource.prefixLength <= address.bytes.count * 8 else {
            throw .badDefinition("\(address)/\(resource.prefixLength): the prefix is longer than the address")
        }
        guard let interface = resource.interface[node] else {
            throw .badDefinition("\(address) has no interface on the node \(node)")
        }
        let label = resource.label
        guard label.map({ (1...15).contains($0.utf8.count) }) ?? true else {
            throw .badDefinition("\(address): a label has 1 to 15 bytes")
        }
        let link: LinkStatus
        do throws(NetlinkError) { link = try route.link(named: interface) } catch { throw .kernel(error) }
        guard link.flags.contains(.up) || !mustBeUp else { throw .noCarrier(interface: interface) }
        let spec = AddressSpec(
            address: address, prefixLength: resource.prefixLength, interfaceIndex: link.index, label: label)
        return (spec, link)
    }
}
