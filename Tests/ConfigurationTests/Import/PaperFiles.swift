import Configuration
import Foundation
import Testing

/// The files of the paper, typing errors and all.
enum PaperFiles {
    static func input(_ name: String) throws -> ImportInput {
        let folder = try #require(Bundle.module.url(forResource: "PaperFiles", withExtension: nil))
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        return ImportInput(file: name, text: text)
    }

    static func imported(haresources: String = "haresources") throws -> ImportResult {
        Importer.run(
            haCF: try input("ha.cf"), haresources: try input(haresources), authkeys: try input("authkeys"),
            drbdConf: try input("drbd.conf"))
    }
}
