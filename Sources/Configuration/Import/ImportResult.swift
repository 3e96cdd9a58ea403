import ClusterModel

/// What `bascule import` prints.
package struct ImportResult: Sendable {
    /// As far as it could be had from the files.
    package let definition: ClusterDefinition
    /// What became of every line, in the order of the files.
    package let notes: [ImportNote]
    /// The old secret where it can go on as the shared key.
    package let sharedKey: SharedKey?

    /// The definition as a commented `cluster.toml`.
    package var text: String { TOMLWriter.text(of: definition) }

    /// What the check says of `text`: errors in it are left for a person.
    package var reading: ConfigurationReading {
        ConfigurationReader.read(text, file: "cluster.toml")
    }
}
