import ClusterModel

/// Makes names of ours out of old ones.
enum ImportedName {
    /// `wish` with what a name may not contain replaced, and a number behind it where `isFree` says no.
    static func unique<Kind: Name>(_ wish: String, fallback: String, isFree: (Kind) -> Bool) -> Kind {
        let base = cleaned(wish, fallback: fallback)
        if let name = Kind(base), isFree(name) { return name }
        for number in 2... {
            if let name = Kind("\(base)-\(number)"), isFree(name) { return name }
        }
        preconditionFailure("no free name after \(base)")
    }

    private static func cleaned(_ wish: String, fallback: String) -> String {
        let characters = wish.utf8.prefix(50).map { byte -> Character in
            let isAllowed = NodeName.isAllowed("a" + String(UnicodeScalar(byte)))
            return isAllowed ? Character(UnicodeScalar(byte)) : "-"
        }
        let text = String(characters.drop { !NodeName.isAllowed(String($0)) })
        return text.isEmpty ? fallback : text
    }
}
