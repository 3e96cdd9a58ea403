import ClusterModel

/// What `ha.cf` says, in our terms.
struct HACFTranslator {
    private(set) var nodes: [NodeName] = []
    private(set) var pingNodes: [String] = []
    private(set) var clusterName: String?
    private(set) var media = HAMediaTranslator()
    private var watchdogDevice: String?
    private var autoFailback: AutoFailback?
    private var times: [String: Duration] = [:]

    /// Translates the whole file.
    init(_ input: ImportInput, notes: inout ImportNotes) {
        for directive in HADirective.read(input, notes: &notes) {
            apply(understood(directive, notes: &notes), notes: &notes)
        }
        fillDefaults(notes: &notes, at: input.place(0))
    }

    /// Heartbeat's defaults stand in for what is not set (heartbeat reference, "directives").
    var timing: Timing {
        let standard = Timing()
        return Timing(
            keepalive: times["keepalive"] ?? standard.keepalive, warntime: times["warntime"] ?? standard.warntime,
            deadtime: times["deadtime"] ?? standard.deadtime, initdead: times["initdead"] ?? standard.initdead,
            autoFailback: autoFailback ?? .on)
    }

    /// The time-out is chosen below deadtime, so that a hung node is gone before the other one takes over.
    var watchdog: WatchdogDefinition? {
        watchdogDevice.map {
            let seconds = max(1, min(10, timing.deadtime.milliseconds * 4 / 5 / 1000))
            return WatchdogDefinition(device: $0, timeout: .seconds(seconds))
        }
    }

    /// Completes the links that need to know the nodes.
    mutating func finishMedia(nodes: [NodeName], notes: inout ImportNotes) {
        media.finish(nodes: nodes, notes: &notes)
    }

    /// The directive as it was probably meant, where it is misspelled.
    private func understood(_ directive: HADirective, notes: inout ImportNotes) -> HADirective {
        guard !HAVocabulary.all.contains(directive.name),
            let meant = SpellingSuggestion.nearest(to: directive.name, among: HAVocabulary.all)
        else { return directive }
        notes.guessed(
            "\(shown(directive.name)) is no directive of Heartbeat, which would refuse to start; taken as \(meant).",
            at: directive.place)
        var directive = directive
        directive.name = meant
        return directive
    }

    private mutating func apply(_ directive: HADirective, notes: inout ImportNotes) {
        switch directive.name {
        case "keepalive", "warntime", "deadtime", "initdead": time(directive, notes: &notes)
        case "auto_failback", "nice_failback": failback(directive, notes: &notes)
        case "node": directive.values.forEach { node($0, at: directive.place, notes: &notes) }
        case "ping", "ping6": directive.values.forEach { ping($0, at: directive.place, notes: &notes) }
        case "ping_group":
            directive.values.dropFirst().forEach { ping($0, at: directive.place, notes: &notes) }
            notes.guessed(
                "A ping_group counts as one and is up if any member is; here each member is a ping node of its own.",
                at: directive.place)
        case "watchdog": watchdog(directive, notes: &notes)
        case "cluster": clusterName = directive.values.first
        case "udpport", "baud", "serial", "bcast", "udp", "ucast", "mcast": media.apply(directive, notes: &notes)
        default: drop(directive, notes: &notes)
        }
    }

    private mutating func time(_ directive: HADirective, notes: inout ImportNotes) {
        guard directive.values.count == 1, let time = HATime.parse(directive.values[0]), time > .zero else {
            notes.dropped("\(directive.name) needs one time, such as 2 or 500ms.", at: directive.place)
            return
        }
        times[directive.name] = time
        notes.translated("\(directive.name) = \"\(DurationText.text(time))\".", at: directive.place)
    }

    private mutating func failback(_ directive: HADirective, notes: inout ImportNotes) {
        let value = directive.values.first?.lowercased() ?? ""
        let isOn = ["on", "true", "yes", "y", "1"].contains(value)
        if directive.name == "nice_failback" {
            autoFailback = isOn ? .off : .on
            notes.guessed(
                "nice_failback is the old, opposite word; taken as auto_failback = \"\(isOn ? "off" : "on")\".",
                at: directive.place)
        } else if value == "legacy" {
            autoFailback = .on
            notes.guessed("auto_failback legacy moved groups back by itself; taken as \"on\".", at: directive.place)
        } else {
            autoFailback = isOn ? .on : .off
            notes.translated("auto_failback = \"\(isOn ? "on" : "off")\".", at: directive.place)
        }
    }

    private mutating func node(_ text: String, at place: SourcePlace, notes: inout ImportNotes) {
        guard let name = NodeName(text.lowercased()) else {
            notes.dropped("\(shown(text)) cannot be the name of a node.", at: place)
            return
        }
        guard !nodes.contains(name) else { return }
        guard nodes.count < 2 else {
            notes.dropped("\(name) would be a third node; a pair has two.", at: place)
            return
        }
        nodes.append(name)
        if name.text == text {
            notes.translated("Node \(name).", at: place)
        } else {
            notes.guessed("Heartbeat compares names in lower case; \(shown(text)) became \(name).", at: place)
        }
    }

    private mutating func ping(_ text: String, at place: SourcePlace, notes: inout ImportNotes) {
        guard let address = AddressText(text), address.isUnicast else {
            notes.dropped("\(shown(text)) is no address; a ping node is given by its address.", at: place)
            return
        }
        guard !pingNodes.contains(address.canonical) else { return }
        pingNodes.append(address.canonical)
        notes.translated("Ping node \(address.canonical).", at: place)
    }

    private mutating func watchdog(_ directive: HADirective, notes: inout ImportNotes) {
        guard let device = directive.values.first, device.hasPrefix("/") else {
            notes.dropped("watchdog needs the path of a device.", at: directive.place)
            return
        }
        watchdogDevice = device
        notes.guessed(
            "Watchdog \(shown(device)); its timeout is not in the file and was chosen below deadtime.",
            at: directive.place)
    }

    private func drop(_ directive: HADirective, notes: inout ImportNotes) {
        guard let reason = HAVocabulary.reasonToDrop(directive.name) else {
            notes.dropped("\(shown(directive.name)) is no directive of Heartbeat.", at: directive.place)
            return
        }
        if directive.name == "logfile", let value = directive.values.first, !value.hasPrefix("/") {
            notes.dropped(
                "\"logfile \(value)\" makes a file of that name; \"logfacility \(value)\" was meant. Neither is needed: "
                    + "\(reason).", at: directive.place)
        } else {
            notes.dropped("\(directive.name) is not needed: \(reason).", at: directive.place)
        }
    }

    private mutating func fillDefaults(notes: inout ImportNotes, at place: SourcePlace) {
        func fill(_ name: String, _ time: Duration) {
            guard times[name] == nil else { return }
            times[name] = time
            notes.translated("\(name) is not set; Heartbeat's default is \"\(DurationText.text(time))\".", at: place)
        }
        fill("keepalive", .seconds(1))
        fill("deadtime", .seconds(30))
        let deadtime = timing.deadtime
        fill("warntime", deadtime / 2)
        fill("initdead", deadtime > .seconds(10) ? deadtime : deadtime < .seconds(6) ? .seconds(12) : deadtime * 2)
        if autoFailback == nil {
            notes.guessed("auto_failback is not set; Heartbeat then moves groups back by itself: \"on\".", at: place)
        }
    }
}
