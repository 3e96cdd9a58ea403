/// The directives of Heartbeat 3.0.6 that have no counterpart, and why that is no loss, or what to do about it.
enum HAVocabulary {
    static let translated = [
        "keepalive", "warntime", "deadtime", "initdead", "auto_failback", "nice_failback", "node", "udpport", "baud",
        "serial", "bcast", "udp", "ucast", "mcast", "ping", "ping6", "ping_group", "watchdog", "cluster",
    ]

    static func reasonToDrop(_ name: String) -> String? {
        for (names, reason) in reasons where names.contains(name) { return reason }
        return nil
    }

    static let all: [String] = translated + reasons.flatMap(\.names)

    private static let reasons: [(names: [String], reason: String)] = [
        (
            [
                "logfile", "debugfile", "logfacility", "use_logd", "conn_logd_time", "syslogmsgfmt", "log_badpack",
                "debug",
            ], "Bascule logs to the journal"
        ),
        (["deadping"], "a ping node counts as silent after deadtime"),
        (
            ["respawn", "failfast"],
            "Bascule starts no helpers; what ipfail did is done by ping-nodes, and other programs become units"
        ),
        (["apiauth"], "only root talks to Bascule's control socket"),
        (
            ["stonith", "stonith_host"],
            "Bascule fences by the hardware watchdog and the rules of docs/GUARANTEES.md, not by a STONITH device"
        ),
        (["realtime", "rtprio", "memreserve"], "Bascule locks its memory and asks for real-time priority by itself"),
        (["coredumps", "coreroot"], "the system decides about core dumps"),
        (
            [
                "hopfudge", "hbgenmethod", "uuidfrom", "msgfmt", "compression", "compression_threshold",
                "traditional_compression", "max_rexmit_delay", "normalpoll", "use_apphbd",
            ], "it tunes Heartbeat's own protocol"
        ),
        (["autojoin"], "a pair has exactly two nodes"),
        (
            [
                "crm", "pacemaker", "crm_daemon_dir", "crmd_spawns_pengine", "record_config_changes",
                "record_pengine_inputs", "enable_config_writes",
            ], "there is no cluster resource manager here"
        ),
        (["quorum_server"], "the ping nodes and the service address are the third voice"),
        (["env"], "environment variables belong to the units"),
        (["hbaping", "rds", "tipc", "ucast6", "mcast6"], "this medium is not supported; add a link by hand"),
    ]
}
