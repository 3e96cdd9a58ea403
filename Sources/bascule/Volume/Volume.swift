import ArgumentParser

struct Volume: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replicate a volume (`bascule volume NAME`), or ask and order its engine.",
        discussion: """
            A new volume, on both nodes: `bascule volume create-metadata NAME`; then start the daemons; then, on the node whose \
            data are the good ones: `bascule volume first-sync NAME --from this-node`.
            """,
        subcommands: [
            VolumeRun.self, VolumeCreateMetadata.self, VolumeFirstSync.self, VolumeStatus.self, VolumeMetadata.self,
            VolumeConnect.self, VolumeDisconnect.self, VolumeInvalidate.self, VolumePauseResync.self,
            VolumeResumeResync.self,
        ],
        defaultSubcommand: VolumeRun.self)
}
