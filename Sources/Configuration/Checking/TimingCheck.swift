import ClusterModel

/// Whether the times fit each other and the watchdog.
enum TimingCheck {
    static func run(_ draft: Draft, report: Report) {
        guard let located = draft.timing else { return }
        order(of: located.value, at: located.path, report: report)
        if let watchdog = draft.watchdog { compare(watchdog, with: located.value, report: report) }
    }

    private static func order(of timing: Timing, at path: SettingPath, report: Report) {
        let deadtime = DurationText.text(timing.deadtime)
        if timing.deadtime <= timing.keepalive * 2 {
            report.error(
                "deadtime \(deadtime) is not more than twice keepalive \(DurationText.text(timing.keepalive)), so that "
                    + "one lost heartbeat would count as a death", at: path.key("deadtime"),
                allowed: "more than \(DurationText.text(timing.keepalive * 2))")
        }
        if timing.warntime >= timing.deadtime {
            report.error(
                "warntime \(DurationText.text(timing.warntime)) is not below deadtime \(deadtime), so that nobody would "
                    + "ever be warned", at: path.key("warntime"), allowed: "less than \(deadtime)")
        } else if timing.warntime <= timing.keepalive {
            report.warning(
                "warntime \(DurationText.text(timing.warntime)) is not above keepalive "
                    + "\(DurationText.text(timing.keepalive)): every heartbeat will be reported as late",
                at: path.key("warntime"))
        }
        if timing.initdead < timing.deadtime {
            report.error(
                "initdead \(DurationText.text(timing.initdead)) is below deadtime \(deadtime), though a booting peer "
                    + "needs more time than a running one", at: path.key("initdead"), allowed: "\(deadtime) or more")
        }
    }

    private static func compare(_ watchdog: Located<WatchdogDefinition>, with timing: Timing, report: Report) {
        guard watchdog.value.timeout >= timing.deadtime else { return }
        report.warning(
            "the watchdog's timeout \(DurationText.text(watchdog.value.timeout)) is not below deadtime "
                + "\(DurationText.text(timing.deadtime)): a hung node may still hold its addresses when the other one "
                + "takes over", at: watchdog.path.key("timeout"),
            allowed: "less than \(DurationText.text(timing.deadtime))")
    }
}
