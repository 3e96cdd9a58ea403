/// Knows on which line of a TOML document each setting stands. TOMLKit tells positions only of parse errors.
struct LineLocator: Sendable {
    private let lines: [SettingPath: Int]

    /// What a scanner found in a text that TOMLKit has accepted. Of any other text it finds what it can.
    init(lines: [SettingPath: Int]) {
        self.lines = lines
    }

    init(text: String) {
        var scanner = LineScanner(text: text)
        lines = scanner.scan()
    }

    /// The line of a setting, of the table it is missing from, or of the nearest one around it; 0 for the file as a whole.
    func line(of path: SettingPath) -> Int {
        var place: SettingPath? = path
        while let current = place {
            if let line = lines[current] { return line }
            place = current.parent
        }
        return 0
    }
}
