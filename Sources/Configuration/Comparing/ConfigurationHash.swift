import ClusterModel

/// The digest of what a definition means; equal on both nodes or the pair says so within one heartbeat.
///
/// FNV-1a over 64 bits: it finds drift, not forgery (the heartbeat that carries it is signed). Stable over releases as
/// long as the settings are: a release that adds one makes it differ, as it should.
package struct ConfigurationHash: Hashable, Sendable, CustomStringConvertible {
    /// As ``Heartbeat/configuration`` carries it.
    package let value: UInt64

    package init(of definition: ClusterDefinition) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ text: String) {
            // The length first, so that no two lists run into the same bytes.
            for byte in withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian, Array.init) + Array(text.utf8) {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
        }
        for setting in ConfigurationSettings.list(of: definition) {
            mix(setting.place)
            mix(setting.value)
        }
        value = hash
    }

    /// 16 hexadecimal digits.
    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
