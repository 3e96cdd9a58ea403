import ArgumentParser
import ClusterModel
import Control

/// Which volume an order is for, and how its outcome is told.
struct VolumeOrderOptions: ParsableArguments {
    @Argument(help: "The volume.") var name: String
    @Flag(help: "The outcome as JSON.") var json = false
    @OptionGroup var options: RunDirectoryOption

    func carryOut(_ order: VolumeOrder) throws {
        guard let volume = VolumeName(name) else {
            throw ValidationError("\"\(name)\" cannot be the name of a volume")
        }
        try Answering.run {
            try Answering.conclude(
                try ControlClient.node(options).ask(.volume(volume, .order(order))) { progress in
                    if !json { Terminal.say(progress.sentence) }
                }, json: json)
        }
    }
}

struct VolumeFirstSync: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "first-sync",
        abstract: "Declare this node's copy the good one, so that the other is filled from it.",
        discussion: """
            For a new volume, whose copies are both Inconsistent (the paper's `--do-what-I-say`). Whatever the other node's disk \
            holds below the volume is overwritten.
            """)

    enum Source: String, ExpressibleByArgument {
        case thisNode = "this-node"
    }

    @OptionGroup var order: VolumeOrderOptions
    @Option(help: "Whose data are the good ones; the command runs on that node.") var from: Source
    @Flag(help: "Do not ask.") var yes = false

    func run() throws {
        let question = "The other node's copy of volume \(order.name) will be overwritten with this node's."
        guard yes || Terminal.confirm(question) else {
            Terminal.complain("nothing was done; say --yes where nobody can be asked")
            throw Exit.refused
        }
        try order.carryOut(.declareUpToDate)
    }
}

struct VolumeConnect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Let a stand-alone volume look for its peer again.",
        discussion: """
            After a split brain, on the node whose changes are to be given up: --discard-my-data. Those changes are lost: every \
            block written here since the split is overwritten with the other node's.
            """)

    @OptionGroup var order: VolumeOrderOptions
    @Flag(help: "Give up what was written here since the split brain.") var discardMyData = false
    @Flag(help: "Do not ask.") var yes = false

    func run() throws {
        guard discardMyData else { return try order.carryOut(.connect) }
        guard yes || Terminal.confirm("What was written to volume \(order.name) here since the split will be lost.")
        else {
            Terminal.complain("nothing was done; say --yes where nobody can be asked")
            throw Exit.refused
        }
        try order.carryOut(.connectDiscardingMyData)
    }
}

struct VolumeDisconnect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disconnect", abstract: "Part from the peer in order and stay alone.")
    @OptionGroup var order: VolumeOrderOptions
    func run() throws { try order.carryOut(.disconnect) }
}

struct VolumeInvalidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invalidate", abstract: "Throw this node's copy away and fetch all of it from the peer.")
    @OptionGroup var order: VolumeOrderOptions
    @Flag(help: "Do not ask.") var yes = false

    func run() throws {
        guard yes || Terminal.confirm("This node's copy of volume \(order.name) will be overwritten with the peer's.")
        else {
            Terminal.complain("nothing was done; say --yes where nobody can be asked")
            throw Exit.refused
        }
        try order.carryOut(.invalidate)
    }
}

struct VolumePauseResync: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause-resync", abstract: "Hold a running resynchronisation back.")
    @OptionGroup var order: VolumeOrderOptions
    func run() throws { try order.carryOut(.pauseResync) }
}

struct VolumeResumeResync: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume-resync", abstract: "Let a paused resynchronisation go on.")
    @OptionGroup var order: VolumeOrderOptions
    func run() throws { try order.carryOut(.resumeResync) }
}
