/// One statement of `drbd.conf`: words ended by `;`, or a section in braces (drbd-8.4, "drbd.conf").
struct DRBDStatement {
    var words: [String]
    /// nil for a parameter.
    var body: [DRBDStatement]?
    var place: SourcePlace

    var keyword: String { words[0] }

    /// The parameter's value.
    var value: String? { words.count > 1 ? words[1] : nil }
}
