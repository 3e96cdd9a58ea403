import ArgumentParser
import ClusterModel
import VolumeRuntime

struct VolumeCreateMetadata: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-metadata",
        abstract: "Write fresh DRBD metadata for a volume on this node's disk.",
        discussion: """
            Nothing else on the disk is written. A disk on which a file system, partition table, RAID, LVM, LUKS or swap signature \
            is found is refused, and so are metadata that are there already, unless told.
            """)

    @Argument(help: "The volume.") var name: String
    @Flag(help: "The data on the disk are meant to become the volume's; only the metadata area is overwritten.")
    var keepExistingData = false
    @Flag(help: "Forget the metadata that are there: a full synchronisation follows.") var overwriteMetadata = false
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var options: DefinitionOptions

    func run() throws {
        let (_, volume, node) = try options.volume(name)
        let disk = volume.disk[node] ?? "?"
        guard yes || Terminal.confirm("Metadata for volume \(name) will be written on \(disk).") else {
            Terminal.complain("nothing was written; say --yes where nobody can be asked")
            throw Exit.refused
        }
        do {
            let consent = MetadataCreator.Consent(
                acceptsForeignData: keepExistingData, overwritesMetadata: overwriteMetadata)
            let outcome = try MetadataCreator.create(volume, node: node, consent: consent)
            print("wrote metadata on \(outcome.path); \(outcome.usableBytes) bytes can be replicated")
        } catch {
            Terminal.complain("\(error)")
            throw Exit.refused
        }
    }
}
