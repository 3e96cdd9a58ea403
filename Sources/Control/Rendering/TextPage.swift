/// Lines as they are put together.
struct TextPage {
    private var written: [String] = []

    /// The page, each line ended by a newline.
    var text: String { written.map { $0 + "\n" }.joined() }

    mutating func line(_ line: String) {
        written.append(line)
    }

    mutating func lines(_ lines: [String]) {
        written += lines
    }

    mutating func heading(_ title: String) {
        written += ["", title]
    }
}

/// Columns as wide as their widest cell; empty columns vanish.
struct TextTable {
    private let indent: Int
    private var rows: [[String]] = []

    init(indent: Int = 2) {
        self.indent = indent
    }

    mutating func row(_ cells: [String]) {
        rows.append(cells)
    }

    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { line(of: $0, widths: widths) }
    }

    private func line(of cells: [String], widths: [Int]) -> String {
        var text = String(repeating: " ", count: indent)
        for (cell, width) in zip(cells, widths) where width > 0 {
            text += cell + String(repeating: " ", count: width - cell.count + 2)
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
