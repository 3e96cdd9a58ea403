/// Words as a message lists them: `"a", "b", "c"`.
func quotedList(_ words: some Sequence<String>) -> String {
    words.map { "\"\($0)\"" }.joined(separator: ", ")
}
