import ArgumentParser
import Lab

struct Clean: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take away what killed labs left behind: namespaces, loop devices, files.")

    func run() throws {
        for name in try Leftovers.remove() { print("removed \(name)") }
    }
}
