import Authentication
import Testing

struct KeyFileTests {
    private let secret = String(repeating: "0f", count: 32)

    @Test func keysAreReadInTheirOrderAndCommentsAreNot() throws {
        let keys = try KeyFile.parse("# the cluster's keys\n\n2 \(secret) # new\n1\t\(secret.uppercased())\r\n")
        #expect(keys.map(\.id) == [2, 1])
        #expect(keys[0].secret == [UInt8](repeating: 0x0f, count: 32))
        #expect(keys[1].secret == keys[0].secret)
    }

    @Test(arguments: [
        ("", 0, "there is no key in it"),
        ("# nothing\n", 0, "there is no key in it"),
        ("\n1\n", 2, "a key is a number and a hexadecimal secret"),
        ("1 00 11\n", 1, "a key is a number and a hexadecimal secret"),
        ("256 00112233445566778899aabbccddeeff", 1, "the key's number must be 0 to 255"),
        ("1 0011223344556677889", 1, "the secret must be hexadecimal, two digits a byte"),
        ("1 zz112233445566778899aabbccddeeff", 1, "the secret must be hexadecimal, two digits a byte"),
        ("1 0011", 1, "the secret has 2 bytes, at least 16 are needed"),
        ("1 00112233445566778899aabbccddeeff\n1 00112233445566778899aabbccddeeff", 2, "key 1 is given twice"),
    ])
    func whatIsWrongIsNamedWithItsLine(_ text: String, _ line: Int, _ words: String) {
        #expect(throws: KeyFile.Flaw(line: line, words)) { try KeyFile.parse(text) }
    }

    @Test func theFlawNeverRepeatsTheSecret() {
        do {
            _ = try KeyFile.parse("1 c0ffee")
            Issue.record("a short secret was taken")
        } catch {
            #expect(!error.description.contains("c0ffee"))
        }
    }
}
