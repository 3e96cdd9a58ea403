/// Something recognised on a device: whose it is, and where it says so.
package struct DeviceSignature: Hashable, Sendable, CustomStringConvertible {
    /// What it is, in words for a person: `ext4`, `LVM physical volume`, `partition table (GPT)`.
    package var name: String
    /// Where its mark stands, in bytes.
    package var offset: UInt64

    package init(name: String, offset: UInt64) {
        self.name = name
        self.offset = offset
    }

    package var description: String { "\(name) at \(offset)" }
}
