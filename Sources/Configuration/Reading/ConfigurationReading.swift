import ClusterModel

/// What one reading of a cluster definition gave.
package struct ConfigurationReading: Sendable {
    /// The checked definition; nil where there is any error.
    package let definition: ClusterDefinition?
    /// Errors and warnings in the order of the file.
    package let diagnostics: [Diagnostic]

    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    package var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }

    init(definition: ClusterDefinition?, diagnostics: [Diagnostic]) {
        self.definition = definition
        self.diagnostics = diagnostics
    }

    /// A file that could not even be parsed.
    init(failure message: String, at place: SourcePlace, allowed: String? = nil) {
        definition = nil
        diagnostics = [Diagnostic(severity: .error, place: place, message: message, allowed: allowed)]
    }
}
