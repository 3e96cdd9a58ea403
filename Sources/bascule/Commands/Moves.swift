import ArgumentParser
import ClusterModel
import Control

/// What the three planned moves share: which groups, and how the outcome is told.
struct MoveOptions: ParsableArguments {
    @Argument(help: "The group to move; all groups when left out.") var group: String?
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
        discussion:
            "The other node stops the groups in order, then this one starts them. Refused where this copy is not current."
    )
    @OptionGroup var move: MoveOptions
    func run() throws { try move.carryOut { .takeover(groups: $0) } }
}

struct Failback: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Move each group to the node it prefers.",
        discussion: "What `auto_failback = \"on\"` does by itself; with \"off\" a person chooses the moment.")
    @OptionGroup var move: MoveOptions
    func run() throws { try move.carryOut { .failback(groups: $0) } }
}
