import ClusterModel

/// `IPaddr2::ADDRESS[/PREFIX[/INTERFACE[:LABEL]][/BROADCAST]]`, and its relatives IPaddr and IPv6addr.
struct AddressImport {
    let interfaces: [String]

    func translate(_ resource: HaresourcesResource, notes: inout ImportNotes) -> ResourceKind? {
        // The "::" of an IPv6 address was taken for the separator of arguments.
        let parts = resource.arguments.joined(separator: "::").split(separator: "/").map(String.init)
        guard let address = parts.first.flatMap({ AddressText($0) }), address.isUnicast else {
            notes.dropped("\(shown(resource.spelled)) holds no address.", at: resource.place)
            return nil
        }
        let prefix = prefix(parts, of: address, at: resource.place, notes: &notes)
        guard let (interface, label) = interface(parts, at: resource.place, notes: &notes) else { return nil }
        if parts.count > 3 {
            notes.dropped("The broadcast address \(shown(parts[3])) follows from the prefix.", at: resource.place)
        }
        if address.isIPv6 && label != nil {
            notes.dropped("IPv6 addresses have no label.", at: resource.place)
        }
        let resourceLabel = address.isIPv6 ? nil : label
        notes.translated(
            "Address \(address.canonical)/\(prefix) on \(interface)\(resourceLabel.map { " with label \($0)" } ?? "").",
            at: resource.place)
        return .address(
            AddressResource(
                address: address.canonical, prefixLength: prefix, interface: .both(interface), label: resourceLabel))
    }

    private func prefix(
        _ parts: [String], of address: AddressText, at place: SourcePlace, notes: inout ImportNotes
    ) -> UInt8 {
        if parts.count > 1, let prefix = UInt8(parts[1]), prefix > 0, Int(prefix) <= address.bitCount { return prefix }
        let guess: UInt8 = address.isIPv6 ? 64 : 24
        notes.guessed("The prefix of \(address.canonical) is not given; /\(guess) is taken.", at: place)
        return guess
    }

    private func interface(
        _ parts: [String], at place: SourcePlace, notes: inout ImportNotes
    ) -> (interface: String, label: String?)? {
        if parts.count > 2 {
            let halves = parts[2].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard Syntax<String>.interface.read(.string(halves[0])) != nil else {
                notes.dropped("\(shown(parts[2])) cannot be the name of an interface.", at: place)
                return nil
            }
            guard halves.count == 2 else { return (halves[0], nil) }
            if Syntax<String>.label.read(.string(parts[2])) != nil { return (halves[0], parts[2]) }
            notes.dropped("The label \(shown(parts[2])) is too long for the kernel.", at: place)
            return (halves[0], nil)
        }
        guard let first = interfaces.first else {
            notes.missing("The interface of the address is not given; add the address by hand.", at: place)
            return nil
        }
        notes.guessed("The interface of the address is not given; \(first) is taken.", at: place)
        return (first, nil)
    }
}
