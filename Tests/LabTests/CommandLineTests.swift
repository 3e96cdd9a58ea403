import Foundation
import Lab
import Testing

extension OnTheRealKernel {
    /// The built program as a person calls it, without any daemon.
    @Suite struct CommandLineTests {
        private func bascule(_ arguments: String...) throws -> Shell.Result {
            try Shell.attempt([Programs.ofThisBuild().binaries + "/bascule"] + arguments)
        }

        @Test func oldFilesInLatin1AreImported() throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bascule-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }  // left to the temporary folder's own cleaning
            let file = folder.appendingPathComponent("ha.cf")
            try Data(
                "# B\u{fc}ro, 1. Stock\nnode serv-a\nnode serv-b\nbcast eth0\ndeadtime 10\n".unicodeScalars.map {
                    UInt8($0.value)
                }
            )
            .write(to: file)
            let result = try bascule("import", "--ha-cf", file.path)
            #expect(result.output.contains("name = \"serv-a\""), "\(result.errors)")
            #expect(result.output.contains("deadtime = \"10s\""))
        }

        @Test func aFileThatIsNotThereIsNamed() throws {
            let result = try bascule("import", "--ha-cf", "/nowhere/ha.cf")
            #expect(result.status == 64)
            #expect(result.errors.contains("/nowhere/ha.cf"))
        }

        @Test func forceIsNotUsedWhereNobodyCanBeAsked() throws {
            let result = try bascule("takeover", "web", "--force", "--run-directory", "/nowhere")
            #expect(result.status == 1)
            #expect(result.errors.contains("nothing was done"))
        }

        @Test(arguments: [["takeover", "web", "--force", "--yes"], ["clear", "web"], ["clear"], ["takeover"]])
        func aRequestThatNobodyAnswersIsUnavailable(arguments: [String]) throws {
            let result = try Shell.attempt(
                [Programs.ofThisBuild().binaries + "/bascule"] + arguments + ["--run-directory", "/nowhere"])
            #expect(result.status == 69, "\(result.errors)")
        }

        @Test func yesWithoutForceIsAMistake() throws {
            #expect(try bascule("takeover", "web", "--yes").status == 64)
        }
    }
}
