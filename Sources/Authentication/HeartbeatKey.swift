/// A shared secret of the cluster, as the key file holds it. Never printed.
package struct HeartbeatKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Which of the cluster's keys this is, so that one can be replaced without an interruption.
    package let id: UInt8
    package let secret: [UInt8]

    /// nil where the secret has fewer than 16 bytes: HMAC would be no better than a password.
    package init?(id: UInt8, secret: [UInt8]) {
        guard secret.count >= Self.minimumLength else { return nil }
        self.id = id
        self.secret = secret
    }

    package static let minimumLength = 16

    package var description: String { "key \(id)" }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
