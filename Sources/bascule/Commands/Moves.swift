import ArgumentParser
import ClusterModel
import Control

/// What the requests about groups share: which groups, and how the outcome is told.
struct MoveOptions: ParsableArguments {
    @Argument(help: "The group; all groups when left out.") var group: String?
    @Flag(help: "The outcome as JSON.") var json = false
    @OptionGroup var options: RunDirectoryOption

    func validate() throws {
        if let group, GroupName(group) == nil { throw ValidationError("\"\(group)\" cannot be the name of a group") }
    }

    func carryOut(_ request: (GroupSelection) -> ControlRequest) throws {
        let selection = group.flatMap { GroupName($0) }.map(GroupSelection.one) ?? .all
        try Answering.run {
            let answer = try ControlClient.node(options).ask(request(selection)) { progress in
                if !json { Terminal.say("\(progress.elapsedMilliseconds) ms: \(progress.sentence)") }
            }
            try Answering.conclude(answer, json: json)
        }
    }
}

struct Standby: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let the other node serve what this one serves now.",
        discussion: """
            The groups stop here in reverse order and start there. Refused, with nothing touched, where the other node could \
            not serve them: it is not there, its copy is not current, the configurations differ.
            """)
    @OptionGroup var move: MoveOptions
    func run() throws { try move.carryOut { .standby(groups: $0) } }
}

struct Takeover: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve here what the other node serves now.",
        discussion: """
            The other node stops the groups in order, then this one starts them. Refused where this copy is not current.

            A group that nobody serves, because nothing proves that this copy is current or that the other node is gone, is \
            taken with --force. Make sure first that the other node is off and stays off: what it wrote that did not arrive here \
            is lost, and if it still serves, both copies are written apart.
            """)
    @OptionGroup var move: MoveOptions
    @Flag(help: "Take what nobody serves, whatever may be lost by it.") var force = false
    @Flag(help: "With --force: do not ask.") var yes = false

    func validate() throws {
        guard force || !yes else { throw ValidationError("--yes goes with --force; nothing else is asked") }
    }

    func run() throws {
        guard force else { return try move.carryOut { .takeover(groups: $0) } }
        let what = move.group.map { "group \($0)" } ?? "every group that nobody serves"
        let question = """
            This node will take \(what) without proof that its copy is current and that the other node is off. Writes that \
            did not arrive here will be lost; if the other node still serves, both copies will be written apart.
            """
        guard yes || Terminal.confirm(question) else {
            Terminal.complain("nothing was done; say --yes where nobody can be asked")
            throw Exit.refused
        }
        try move.carryOut { .forcedTakeover(groups: $0) }
    }
}

struct Failback: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Move each group to the node it prefers.",
        discussion: "What `auto_failback = \"on\"` does by itself; with \"off\" a person chooses the moment.")
    @OptionGroup var move: MoveOptions
    func run() throws { try move.carryOut { .failback(groups: $0) } }
}

struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let this node try again what failed on it: the cause was removed.",
        discussion: """
            Forgets that a group could not be started here, tries once more to stop what could not be stopped, and lets a node \
            that stays down after resetting itself twice take part again.
            """)
    @OptionGroup var move: MoveOptions
    func run() throws { try move.carryOut { .clear(groups: $0) } }
}
