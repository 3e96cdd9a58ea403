/// The progress bar of `/proc/drbd`.
enum ResyncRenderer {
    static func lines(for resync: ResyncProgress) -> [String] {
        let thousandths = resync.doneThousandths
        let percent = padded("\(thousandths / 10).\(thousandths % 10)", to: 5)
        return [
            "\t\(bar(thousandths)) sync'ed:\(percent)% \(remaining(resync))",
            "\tfinish: \(finish(resync)) speed: \(speeds(resync))",
        ]
    }

    /// 20 characters and the arrow; the arrow disappears when all is done.
    private static func bar(_ thousandths: Int) -> String {
        let done = thousandths * 20 / 1000
        return "[" + String(repeating: "=", count: done) + (done < 20 ? ">" : "=")
            + String(repeating: ".", count: 20 - done) + "]"
    }

    /// Left and total in K, or in M from 4 GiB on.
    private static func remaining(_ resync: ResyncProgress) -> String {
        let usesMebibytes = resync.totalBytes > 4 << 30
        let unit: UInt64 = usesMebibytes ? 1 << 20 : 1 << 10
        return "(\(resync.leftBytes / unit)/\(resync.totalBytes / unit))\(usesMebibytes ? "M" : "K")"
    }

    private static func finish(_ resync: ResyncProgress) -> String {
        guard let seconds = resync.finishSeconds else { return "unknown" }
        return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    }

    private static func speeds(_ resync: ResyncProgress) -> String {
        var text = "\(grouped(resync.speed / 1024)) (\(grouped(resync.averageSpeed / 1024)))"
        if let wanted = resync.wantedSpeed { text += " want: \(grouped(wanted / 1024))" }
        return text + " K/sec" + (resync.isStalled ? " (stalled)" : "")
    }

    /// Thousands separated by commas.
    static func grouped(_ number: UInt64) -> String {
        let digits = String(number)
        var text = ""
        for (position, digit) in digits.enumerated() {
            if position > 0 && (digits.count - position) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    private static func twoDigits(_ number: UInt64) -> String {
        padded(String(number), to: 2, with: "0")
    }

    private static func padded(_ text: String, to width: Int, with filler: Character = " ") -> String {
        String(repeating: filler, count: max(0, width - text.count)) + text
    }
}
