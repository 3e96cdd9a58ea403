import ClusterModel

extension ResourceKind {
    /// `volume`, `filesystem`, `address`, `unit` or `script`, as the definition's file has it.
    var word: String {
        switch self {
        case .volume: "volume"
        case .filesystem: "filesystem"
        case .address: "address"
        case .unit: "unit"
        case .script: "script"
        }
    }

    /// What it is, as a person names it.
    var title: String {
        switch self {
        case .volume(let name): "\(name)"
        case .filesystem(let resource): "\(resource.mountPoint)"
        case .address(let resource): "\(resource.address)/\(resource.prefixLength)"
        case .unit(let name): name
        case .script(let resource): ([resource.path] + resource.arguments).joined(separator: " ")
        }
    }
}
