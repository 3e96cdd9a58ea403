import ClusterModel

/// `authkeys`: whether the active key can go on as the shared key. No note ever shows a secret.
enum AuthkeysTranslator {
    private struct Key {
        var number: Int
        var method: String
        var secret: String?
        var place: SourcePlace
    }

    /// The active key's secret where it is long enough.
    static func translate(_ input: ImportInput, notes: inout ImportNotes) -> SharedKey? {
        var active: Int?
        var keys: [Key] = []
        for (number, text) in input.lines(&notes) {
            let words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard let first = words.first else { continue }
            if first == "auth" {
                active = words.count > 1 ? Int(words[1]) : nil
            } else if let index = Int(first), (0...15).contains(index), words.count > 1 {
                let secret = words.count > 2 ? words[2] : nil
                keys.append(Key(number: index, method: words[1], secret: secret, place: input.place(number)))
            } else {
                notes.dropped("This is neither \"auth N\" nor \"N method secret\".", at: input.place(number))
            }
        }
        return choose(active, keys, input: input, notes: &notes)
    }

    private static func choose(
        _ active: Int?, _ keys: [Key], input: ImportInput, notes: inout ImportNotes
    ) -> SharedKey? {
        guard let active, let key = keys.first(where: { $0.number == active }) else {
            notes.missing("The file names no active key; a new key is needed.", at: input.place(0))
            return nil
        }
        for other in keys where other.number != active {
            notes.dropped("Key \(other.number) is not the active one; a pair has one key.", at: other.place)
        }
        switch key.method {
        case "crc":
            notes.missing(
                "crc is a checksum without a secret: anybody on the wire can forge it. Bascule signs every heartbeat, so a "
                    + "new key is needed.", at: key.place)
            return nil
        case "md5", "sha1":
            guard let shared = key.secret.flatMap({ SharedKey(bytes: Array($0.utf8)) }) else {
                notes.missing(
                    "The secret of key \(active) is shorter than \(SharedKey.smallest) bytes; a new key is needed.",
                    at: key.place)
                return nil
            }
            notes.translated(
                "The secret of key \(active) is long enough to go on as the shared key (with HMAC-SHA256 in place of "
                    + "\(key.method)).", at: key.place)
            return shared
        default:
            notes.missing("\(shown(key.method)) is no method of Heartbeat; a new key is needed.", at: key.place)
            return nil
        }
    }
}
