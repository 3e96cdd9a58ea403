/// Where the service's records and the bulk data lie on a volume, in blocks.
enum RecordLayout {
    /// Records of one client.
    static let slots = 16
    /// Runs of bulk data, spread over the whole volume so that the activity log has to change extents.
    static let bulkRuns = 96
    private static let longestRun = 8

    static func data(_ slot: Int) -> Int { slot }
    static func commit(_ slot: Int) -> Int { slots + slot }

    /// Blocks of one run of bulk data: always the same for the same number.
    static func bulkRun(number: Int, in volumeBlocks: Int) -> Range<Int> {
        let room = (volumeBlocks - 2 * slots) / bulkRuns
        let start = 2 * slots + number * room
        return start..<start + 1 + number % min(room, longestRun)
    }
}
