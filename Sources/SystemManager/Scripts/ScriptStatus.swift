/// What an LSB script's `status` said.
package enum ScriptStatus: Hashable, Sendable {
    case running
    case stopped
    /// Dead but something is left behind (LSB codes 1, 2), as after a crash.
    case dead
    /// The script cannot tell: no known exit code and none of the known words.
    case unknown(exitCode: Int32)

    /// Reads exit code and output together.
    ///
    /// The exit code decides (LSB Core, "Init Script Actions": 0 running, 1 dead with pid file, 2 dead with lock file, 3 not
    /// running, 4 unknown), with one exception: the scripts of Heartbeat's days print `running` or `stopped` and always
    /// exit 0, so a 0 whose words say stopped means stopped.
    package init(exitCode: Int32, output: [UInt8]) {
        let words = Self.words(of: output)
        self =
            switch exitCode {
            case 0 where Self.sayStopped(words): .stopped
            case 0: .running
            case 1, 2: .dead
            case 3: .stopped
            default: .unknown(exitCode: exitCode)
            }
    }

    /// "stopped", "not running", "isn't running" and relatives; "running" alone is none of them.
    private static func sayStopped(_ words: [String]) -> Bool {
        for (index, word) in words.enumerated() {
            switch word {
            case "stopped", "inactive", "dead": return true
            case "running" where index > 0 && ["not", "isn't", "no"].contains(words[index - 1]): return true
            default: continue
            }
        }
        return false
    }

    private static func words(of output: [UInt8]) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        for byte in output + [0x20] {
            let lower = (0x41...0x5a).contains(byte) ? byte + 0x20 : byte
            if (0x61...0x7a).contains(lower) || lower == UInt8(ascii: "'") {
                word.append(lower)
            } else if !word.isEmpty {
                words.append(String(decoding: word, as: UTF8.self))
                word = []
            }
        }
        return words
    }
}
