/// How an element of a list of tables is called in messages: `[[link]] "lan"`, or `[[link]] 2` while it has no name.
func tableTitle(_ list: String, _ table: Located<[String: TOMLNode]>) -> String {
    if case .string(let name)? = table.value["name"], !name.isEmpty, name.utf8.count <= 63 {
        return "[[\(list)]] \"\(name)\""
    }
    if case .index(let index)? = table.path.steps.last { return "[[\(list)]] \(index + 1)" }
    return "[[\(list)]]"
}
