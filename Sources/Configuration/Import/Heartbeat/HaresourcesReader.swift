/// One group of `haresources`: a node, and its resources in start order.
struct HaresourcesGroup {
    var node: String
    var resources: [HaresourcesResource]
    var place: SourcePlace
}

/// One resource: a script and its arguments.
struct HaresourcesResource {
    var script: String
    var arguments: [String]
    var place: SourcePlace

    var spelled: String { ([script] + arguments).joined(separator: "::") }
}

/// Reads `haresources` (heartbeat reference, "haresources and authkeys"), with blanks before `::` as the paper prints it.
enum HaresourcesReader {
    private typealias Word = (text: String, place: SourcePlace)

    static func read(_ input: ImportInput, notes: inout ImportNotes) -> [HaresourcesGroup] {
        var groups: [HaresourcesGroup] = []
        var words: [Word] = []
        for (number, text) in input.lines(&notes) {
            let isContinued = text.last == "\\"
            let content = isContinued ? text.dropLast() : text
            words += content.split { $0 == " " || $0 == "\t" }.map { (String($0), input.place(number)) }
            guard !isContinued else { continue }
            if let group = group(of: words, notes: &notes) { groups.append(group) }
            words = []
        }
        if let group = group(of: words, notes: &notes) { groups.append(group) }
        return groups
    }

    private static func group(of words: [Word], notes: inout ImportNotes) -> HaresourcesGroup? {
        guard let node = words.first else { return nil }
        let joined = join(Array(words.dropFirst()), notes: &notes)
        let resources = joined.map { word -> HaresourcesResource in
            let parts = split(word.text)
            return HaresourcesResource(script: parts[0], arguments: Array(parts.dropFirst()), place: word.place)
        }
        return HaresourcesGroup(node: node.text, resources: resources, place: node.place)
    }

    /// A word that begins with `::` is an argument that a blank has torn off its script.
    private static func join(_ words: [Word], notes: inout ImportNotes) -> [Word] {
        var joined: [Word] = []
        var torn: [Word] = []
        for word in words {
            // No resource is longer; the limit keeps a file of nothing but colons from growing one word for ever.
            if word.text.hasPrefix("::"), let last = joined.last, last.text.utf8.count < 1024 {
                joined[joined.count - 1] = (last.text + word.text, last.place)
                torn.append(word)
            } else {
                joined.append(word)
            }
        }
        if let first = torn.first {
            notes.guessed(
                "There are blanks before \(torn.prefix(8).map { shown($0.text) }.joined(separator: ", ")), with which Heartbeat "
                    + "gives the whole group up; read as if they were not there.", at: first.place)
        }
        return joined
    }

    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("::") {
                parts.append("")
                rest = rest.dropFirst(2)
            } else {
                parts[parts.count - 1].append(character)
                rest = rest.dropFirst()
            }
        }
        return parts
    }
}
