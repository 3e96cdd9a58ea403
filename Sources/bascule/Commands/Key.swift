import ArgumentParser
import Configuration

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the key that both nodes' heartbeats are signed with.",
        discussion: """
            Writes a new random key, readable by root only. Copy the file to the other node over a channel you trust \
            (`scp`, a USB stick): both nodes need the same one. It is never printed.
            """)

    @Argument(help: "The file to make; it must not exist.") var file = "/etc/bascule/cluster.key"

    func run() throws {
        do {
            _ = try KeyFile.generate(at: file)
        } catch {
            Terminal.complain("\(error)")
            throw Exit.failed
        }
        print("wrote a new key to \(file); copy it to the other node, mode 0600")
    }
}
