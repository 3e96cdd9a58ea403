/// Keywords of `drbd.conf` that have no counterpart, and why.
enum DRBDKeywords {
    static let translated = [
        "protocol", "on", "device", "disk", "address", "meta-disk", "flexible-meta-disk", "volume", "net", "syncer",
        "on-io-error", "rate", "resync-rate", "al-extents", "size", "after-sb-0pri", "after-sb-1pri", "after-sb-2pri",
    ]

    static func reasonToDrop(_ keyword: String) -> String {
        for (keywords, reason) in reasons where keywords.contains(keyword) { return reason }
        return "it tunes the old driver"
    }

    static let all: [String] = translated + reasons.flatMap(\.keywords)

    private static let reasons: [(keywords: [String], reason: String)] = [
        (
            ["incon-degr-cmd"],
            "a copy that is inconsistent never serves here, whatever else happens, so no command has to prevent it"
        ),
        (
            ["startup", "wfc-timeout", "degr-wfc-timeout", "outdated-wfc-timeout", "wait-after-sb"],
            "a node that boots alone waits for the peer, or for proof that its own copy is current (rule R1); no time "
                + "makes a doubtful copy good"
        ),
        (["become-primary-on"], "the groups decide who is primary"),
        (["handlers"], "the rules of docs/GUARANTEES.md replace handlers"),
        (["fencing"], "the peer is outdated over any link that is left (rule R2)"),
        (["on-disconnect"], "the nodes always look for each other again"),
        (["group", "resync-after", "after"], "volumes are synchronised side by side within their rates"),
        (["allow-two-primaries"], "a volume has one primary; a file system that two nodes mount is not supported"),
        (["cram-hmac-alg", "shared-secret"], "the pair's shared key signs the connection"),
        (
            [
                "timeout", "connect-int", "ping-int", "ping-timeout", "ko-count", "sndbuf-size", "rcvbuf-size",
                "max-buffers", "max-epoch-size", "unplug-watermark", "data-integrity-alg", "verify-alg", "csums-alg",
                "use-rle", "cpu-mask", "on-congestion", "congestion-fill", "congestion-extents", "tcp-cork",
                "c-plan-ahead", "c-delay-target", "c-fill-target", "c-max-rate", "c-min-rate", "disk-barrier",
                "disk-flushes", "disk-drain", "md-flushes", "no-disk-barrier", "no-disk-flushes", "no-disk-drain",
                "no-md-flushes", "max-bio-bvecs", "disk-timeout", "read-balancing", "al-updates", "rr-conflict",
                "on-no-data-accessible", "options", "always-asbp", "discard-zeroes-if-aligned", "resync-rate-min",
            ], "it tunes the old driver"
        ),
    ]
}
