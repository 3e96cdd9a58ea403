import Foundation
import Glibc
import Testing

@testable import Configuration

@Suite struct KeyFileTests {
    static let secret = "0123456789abcdef0123456789ABCDEF"
    static let secretBytes: [UInt8] = [
        0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
    ]

    /// Runs `body` with a path in a folder of its own, which goes away in any case.
    private func withPath(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/bascule-key-XXXXXX".utf8CString)
        let made = mkdtemp(&template) != nil
        try #require(made)
        let folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // clean-up only; the folder may be gone
        try body(folder + "/cluster.key")
    }

    private func write(_ text: String, to path: String, mode: mode_t = 0o600, owner: uid_t? = nil) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(chmod(path, mode) == 0)
        if let owner { #expect(chown(path, owner, owner) == 0) }
    }

    @Test(arguments: [
        (secret, secretBytes), ("# comment\n\n  \(secret)\r\n", secretBytes),
        ("ASNFZ4mrze8BI0VniavN7w==", secretBytes), ("ASNFZ4mrze8BI0VniavN7wE=\n", secretBytes + [0x01]),
        ("ASNFZ4mrze8BI0VniavN7wEC", secretBytes + [0x01, 0x02]),
        ("correct horse battery staple", Array("correct horse battery staple".utf8)),
        ("passwordpassword", Array("passwordpassword".utf8)),
    ])
    func hexadecimalBase64AndPlainAreTaken(text: String, bytes: [UInt8]) throws {
        #expect(try KeyText.parse(Array(text.utf8)).map(\.bytes) == [bytes])
        try withPath { path in
            try write(text, to: path)
            #expect(try KeyFile.read(path).bytes == bytes)
        }
    }

    @Test func severalNumberedKeysAreTakenTheFirstOneFirst() throws {
        let keys = try KeyText.parse(Array("# new\n7 \(Self.secret)\n# old\n0\tcorrect horse battery\n".utf8))
        #expect(keys.map(\.number) == [7, 0])
        #expect(keys.map(\.bytes) == [Self.secretBytes, Array("correct horse battery".utf8)])
        try withPath { path in
            try write("7 \(Self.secret)\n0 correct horse battery\n", to: path)
            #expect(try KeyFile.readAll(path) == keys)
            #expect(try KeyFile.read(path) == keys.first)
        }
        #expect(try KeyText.parse(Array("256 \(Self.secret)".utf8)).map(\.number) == [1])
    }

    @Test(arguments: [
        ("", KeyText.Fault.empty), ("\n\n", .empty), ("# only a comment\n", .empty), ("short", .tooShort(bytes: 5)),
        ("0123456789abcde", .tooShort(bytes: 15)), ("one line of the key\nand another one of 1", .twice(number: 1)),
        ("7 short", .tooShort(bytes: 5)),
        ((0...8).map { "\($0) 0123456789abcdef" }.joined(separator: "\n"), .tooMany),
    ])
    func whatIsNoKeyIsRefused(text: String, fault: KeyText.Fault) {
        #expect(throws: fault) { try KeyText.parse(Array(text.utf8)) }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o440] as [mode_t])
    func aFileThatOthersMayReadOrWriteIsRefused(mode: mode_t) throws {
        try withPath { path in
            try write(Self.secret, to: path, mode: mode)
            #expect(throws: KeyFileError.openToOthers(path: path, mode: mode)) { try KeyFile.read(path) }
        }
    }

    @Test(arguments: [0o600, 0o400, 0o700] as [mode_t])
    func aFileForItsOwnerOnlyIsTaken(mode: mode_t) throws {
        try withPath { path in
            try write(Self.secret, to: path, mode: mode)
            #expect(try KeyFile.read(path).bytes == Self.secretBytes)
        }
    }

    @Test func aFileOfAnotherUserIsRefused() throws {
        try #require(geteuid() == 0, "this test gives a file away, which takes root")
        try withPath { path in
            try write(Self.secret, to: path, owner: 65_534)
            #expect(throws: KeyFileError.wrongOwner(path: path, user: 65_534)) { try KeyFile.read(path) }
        }
    }

    @Test func whatIsNoRegularFileIsRefusedAtOnce() throws {
        try withPath { path in
            #expect(throws: KeyFileError.cannotOpen(path: path, errno: ENOENT)) { try KeyFile.read(path) }
            #expect(mkfifo(path, 0o600) == 0)
            #expect(throws: KeyFileError.notAFile(path: path)) { try KeyFile.read(path) }
        }
        #expect(throws: KeyFileError.notAFile(path: "/tmp")) { try KeyFile.read("/tmp") }
    }

    @Test func aLargeFileIsNoKeyFile() throws {
        try withPath { path in
            try write(String(repeating: "a", count: 4097), to: path)
            #expect(throws: KeyFileError.tooLarge(path: path)) { try KeyFile.read(path) }
        }
    }

    @Test func aGeneratedKeyReadsBackAndIsNeverOverwritten() throws {
        try withPath { path in
            let key = try KeyFile.generate(at: path)
            #expect(key.bytes.count == 32)
            #expect(try KeyFile.readAll(path) == [key])
            #expect(throws: KeyFileError.exists(path: path)) { try KeyFile.generate(at: path) }
            #expect(try KeyFile.readAll(path) == [key])
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
            #expect(try KeyFile.generate(at: path + "2") != key)
        }
    }

    @Test func noTextShowsTheKey() throws {
        let key = try KeyText.parse(Array("correct horse battery staple".utf8))[0]
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped, "\([key])", "\(Optional(key) as Any)"] {
            #expect(!text.contains("99") && !text.contains("horse"), "\(text)")
        }
        for error in [KeyFileError.tooShort(path: "/k", bytes: 3), .openToOthers(path: "/k", mode: 0o644)] {
            #expect(error.description.contains("/k"))
        }
    }
}
