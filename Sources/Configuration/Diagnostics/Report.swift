/// Collects everything that is found during one reading. Lives on the stack of that reading and goes nowhere else.
final class Report {
    let file: String
    private let locator: LineLocator
    private var collected: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []

    init(file: String, locator: LineLocator) {
        self.file = file
        self.locator = locator
    }

    /// In the order of the file; errors before warnings on the same line.
    var diagnostics: [Diagnostic] {
        let ranked = collected.enumerated().sorted { left, right in
            (left.element.place, rank(left.element), left.offset) < (
                right.element.place, rank(right.element), right.offset
            )
        }
        return ranked.map(\.element)
    }

    var hasErrors: Bool {
        collected.contains { $0.severity == .error }
    }

    func error(_ message: String, at path: SettingPath, allowed: String? = nil, suggestion: String? = nil) {
        add(.error, message, at: path, allowed: allowed, suggestion: suggestion)
    }

    func warning(_ message: String, at path: SettingPath, allowed: String? = nil) {
        add(.warning, message, at: path, allowed: allowed, suggestion: nil)
    }

    private func add(
        _ severity: Diagnostic.Severity, _ message: String, at path: SettingPath, allowed: String?, suggestion: String?
    ) {
        let place = SourcePlace(file: file, line: locator.line(of: path))
        let diagnostic = Diagnostic(
            severity: severity, place: place, message: message, allowed: allowed, suggestion: suggestion)
        if seen.insert(diagnostic).inserted { collected.append(diagnostic) }
    }

    private func rank(_ diagnostic: Diagnostic) -> Int {
        switch diagnostic.severity {
        case .error: 0
        case .warning: 1
        }
    }
}
