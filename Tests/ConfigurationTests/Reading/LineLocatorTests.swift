import Testing

@testable import Configuration

@Suite struct LineLocatorTests {
    static let text = """
        # comment [not.a.table]
        a = 1
        b.c = "x # no comment"  # comment
        "quoted key" = 'lit [] {}'
        list = [
            1, # one
            [ 2, 3 ],

            { k = 1, l = "}" },
        ]
        multi = \"\"\"
        [[nothing]]
        d = \\\"\"\"
        still \"\"\"\"
        raw = '''
        e = 1'''
        [t]
        u = { v = { w = 1 }, x = [1,
        2] }
        [[g]]
        n = 1
        [[g.r]]
        k = 1
        [[g.r]]
        [g.r.sub]
        z = 2
        [[g]]
        [[g.r]]
        k = 2
        """

    @Test(arguments: [
        ("a", 2), ("b", 3), ("b.c", 3), ("quoted key", 4), ("list", 5), ("list.#0", 6), ("list.#1", 7),
        ("list.#1.#1", 7), ("list.#2", 9), ("list.#2.l", 9), ("multi", 11), ("raw", 15), ("t", 17), ("t.u", 18),
        ("t.u.v.w", 18), ("t.u.x.#0", 18), ("t.u.x.#1", 19), ("g", 20), ("g.#0", 20), ("g.#0.n", 21), ("g.#0.r.#0", 22),
        ("g.#0.r.#0.k", 23), ("g.#0.r.#1", 24), ("g.#0.r.#1.sub", 25), ("g.#0.r.#1.sub.z", 26), ("g.#1", 27),
        ("g.#1.r.#0.k", 29), ("g.#1.missing", 27), ("missing", 0), ("nothing", 0), ("d", 0), ("e", 0),
    ])
    func everySettingIsFoundOnItsLine(path: String, line: Int) {
        let steps = path.split(separator: ".").map { step -> SettingPath.Step in
            step.first == "#" ? .index(Int(step.dropFirst()) ?? -1) : .key(String(step))
        }
        #expect(LineLocator(text: Self.text).line(of: SettingPath(steps: steps)) == line)
    }

    @Test func theTextOfThisTestIsTOML() throws {
        _ = try TOMLNode.parse(Self.text)
    }
}
