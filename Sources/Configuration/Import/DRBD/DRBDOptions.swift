import ClusterModel

/// The options of one resource, or of `common`, as far as they have counterparts.
struct DRBDOptions {
    private(set) var wireProtocol: WireProtocol?
    private(set) var extents: Int?
    private(set) var rate: UInt64?
    private(set) var onIOError: IOErrorPolicy?
    private(set) var policies = SplitBrainPolicies()
    private(set) var sizeLimit: UInt64?
    /// Whether the handler `local-io-error` halts, by which 8.4 says what 0.7's `panic` did; and where it is called.
    private var haltsOnIOError = false
    private var handlerCall: SourcePlace?

    /// Takes a parameter, or a section of parameters. Sections that describe volumes are the translator's business.
    mutating func apply(_ statement: DRBDStatement, notes: inout ImportNotes) {
        guard let body = statement.body else {
            parameter(statement, notes: &notes)
            return
        }
        switch statement.keyword {
        case "net", "disk", "syncer": body.forEach { apply($0, notes: &notes) }
        case "handlers": handlers(body, at: statement.place, notes: &notes)
        default: drop(statement, notes: &notes)
        }
    }

    /// Settles what depends on several statements, once all are read.
    mutating func finish(notes: inout ImportNotes) {
        guard let handlerCall else { return }
        onIOError = haltsOnIOError ? .panic : .detach
        let handler = haltsOnIOError ? "halts the machine" : "does not halt the machine"
        notes.guessed(
            "The handler \(handler): on-io-error = \"\(haltsOnIOError ? "panic" : "detach")\".", at: handlerCall)
    }

    func put(into volume: inout VolumeDefinition) {
        if let wireProtocol { volume.wireProtocol = wireProtocol }
        if let extents { volume.activityLogExtents = extents }
        if let rate { volume.resyncRate = rate }
        if let onIOError { volume.onIOError = onIOError }
        volume.afterSplitBrain = policies
        volume.sizeLimit = sizeLimit
    }

    private mutating func parameter(_ statement: DRBDStatement, notes: inout ImportNotes) {
        switch statement.keyword {
        case "protocol": wireProtocol(statement, notes: &notes)
        case "on-io-error": onIOError(statement, notes: &notes)
        case "rate", "resync-rate": rate(statement, notes: &notes)
        case "al-extents": extents(statement, notes: &notes)
        case "size": size(statement, notes: &notes)
        case "after-sb-0pri", "after-sb-1pri", "after-sb-2pri": splitBrain(statement, notes: &notes)
        default: drop(statement, notes: &notes)
        }
    }

    private mutating func wireProtocol(_ statement: DRBDStatement, notes: inout ImportNotes) {
        guard let value = statement.value.flatMap({ WireProtocol(rawValue: $0.uppercased()) }) else {
            notes.dropped("protocol needs A, B or C.", at: statement.place)
            return
        }
        wireProtocol = value
        notes.translated("protocol = \"\(value.rawValue)\".", at: statement.place)
    }

    private mutating func onIOError(_ statement: DRBDStatement, notes: inout ImportNotes) {
        switch statement.value {
        case "detach": onIOError = .detach
        case "pass_on", "pass-on": onIOError = .passOn
        case "panic": onIOError = .panic
        case "call-local-io-error":
            handlerCall = statement.place
            return
        default:
            notes.dropped("on-io-error needs pass_on, panic or detach.", at: statement.place)
            return
        }
        notes.translated("on-io-error = \"\(onIOError?.rawValue ?? "")\".", at: statement.place)
    }

    /// Without a letter the number counts KiB.
    private mutating func rate(_ statement: DRBDStatement, notes: inout ImportNotes) {
        guard let bytes = statement.value.flatMap({ ByteSizeText.parse($0, defaultUnit: 1024) }),
            bytes >= 4096, bytes <= 1 << 40
        else {
            notes.dropped("\(statement.keyword) needs a rate such as 10M.", at: statement.place)
            return
        }
        rate = bytes
        notes.translated("resync-rate = \"\(ByteSizeText.text(bytes))\".", at: statement.place)
    }

    private mutating func extents(_ statement: DRBDStatement, notes: inout ImportNotes) {
        guard let number = statement.value.flatMap({ Int($0) }), number > 0 else {
            notes.dropped("al-extents needs a number.", at: statement.place)
            return
        }
        let clamped = min(max(number, 67), 6433)
        extents = clamped
        if clamped == number {
            notes.translated("al-extents = \(number).", at: statement.place)
        } else {
            notes.guessed("al-extents \(number) is outside 67 to 6433; \(clamped) is taken.", at: statement.place)
        }
    }

    /// Without a letter the number counts sectors.
    private mutating func size(_ statement: DRBDStatement, notes: inout ImportNotes) {
        let text = statement.value ?? ""
        let bytes =
            text.hasSuffix("s")
            ? ByteSizeText.parse(String(text.dropLast()), defaultUnit: 512) : ByteSizeText.parse(text, defaultUnit: 512)
        guard let bytes, bytes >= 1 << 20, bytes <= 1 << 50 else {
            notes.dropped("size needs a size such as 10G.", at: statement.place)
            return
        }
        sizeLimit = bytes
        notes.translated("size-limit = \"\(ByteSizeText.text(bytes))\".", at: statement.place)
    }

    private mutating func splitBrain(_ statement: DRBDStatement, notes: inout ImportNotes) {
        let value = statement.value ?? ""
        if statement.keyword == "after-sb-0pri", let policy = SplitBrainPolicies.ZeroPrimaries(rawValue: value) {
            policies.zeroPrimaries = policy
            notes.translated("zero-primaries = \"\(value)\".", at: statement.place)
        } else if statement.keyword == "after-sb-1pri", let policy = SplitBrainPolicies.OnePrimary(rawValue: value) {
            policies.onePrimary = policy
            notes.translated("one-primary = \"\(value)\".", at: statement.place)
        } else if statement.keyword == "after-sb-2pri", value == "disconnect" {
            notes.translated("Two primaries always disconnect.", at: statement.place)
        } else {
            notes.guessed(
                "\(statement.keyword) \(shown(value)) is not supported; \"disconnect\" waits for a person instead.",
                at: statement.place)
        }
    }

    private mutating func handlers(_ body: [DRBDStatement], at place: SourcePlace, notes: inout ImportNotes) {
        let command = body.first { $0.keyword == "local-io-error" }?.value ?? ""
        haltsOnIOError = ["halt", "poweroff", "reboot", "sysrq"].contains { command.contains($0) }
        notes.dropped("handlers: \(DRBDKeywords.reasonToDrop("handlers")).", at: place)
    }

    private func drop(_ statement: DRBDStatement, notes: inout ImportNotes) {
        notes.dropped(
            "\(shown(statement.keyword)): \(DRBDKeywords.reasonToDrop(statement.keyword)).", at: statement.place)
    }
}
