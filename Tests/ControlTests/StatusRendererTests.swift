import ClusterModel
import Control
import Testing

@Suite struct StatusRendererTests {
    @Test func aResyncLooksLikeProcDRBD() {
        let expected = """
             data: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----
                ns:479744 nr:0 dw:0 dr:487936 al:0 bm:29 lo:0 pe:38 ua:0 ap:0 ep:1 oos:9848320
            \t[>....................] sync'ed:  4.6% (9617/10085)M
            \tfinish: 0:11:50 speed: 13,856 (11,416) K/sec

            """
        #expect(StatusRenderer.text(for: SampleDocuments.resyncingVolume) == expected)
    }

    @Test func theWholeNodeReadsAsAPage() {
        let expected = """
            Cluster school, seen from serv-a, epoch 7
            Watchdog /dev/watchdog NOT armed, 10.0 s: no such device

            Nodes
              serv-a  (here)  up    for 1 d 0 h
              serv-b          late  for 6.2 s    configuration DIFFERS  no beat on any link

            Links
              lan         eth0 broadcast port 694  late    beat 6.3 s ago  delay 0.4 ms  3 lost, 1 late
              null-modem  /dev/ttyS0 115200 baud   failed  no beat yet                   cannot open /dev/ttyS0: no such device

            Ping nodes
              192.0.2.254  up  answered 350 ms ago

            Groups
              web: serving here, served by serv-a (prefers serv-b)
                why: serv-b was declared dead 3 h ago: silence on both links, ping node answered (R3)
                volume  data             running
                unit    apache2.service  failed   exited with status 1

            Volumes
             data: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----
                ns:479744 nr:0 dw:0 dr:487936 al:0 bm:29 lo:0 pe:38 ua:0 ap:0 ep:1 oos:9848320
            \t[>....................] sync'ed:  4.6% (9617/10085)M
            \tfinish: 0:11:50 speed: 13,856 (11,416) K/sec
             mail: cs:WFConnection ro:Primary/Unknown ds:UpToDate/DUnknown C s-----
                ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:0 oos:0
                writes wait until the peer is known to be outdated or dead (R2)

            Warnings
              ! serv-b has another configuration: timing.deadtime differs

            """
        #expect(StatusRenderer.text(for: SampleDocuments.node) == expected)
    }

    @Test(arguments: [
        (UInt64(0), UInt64(0), 1000), (1000, 1000, 0), (1000, 1, 999), (1000, 0, 1000), (UInt64.max, UInt64.max - 1, 0),
        (UInt64.max, 1, 999), (100, 200, 0), (3, 2, 333),
    ])
    func progressIsNeverDoneBeforeTheLastByte(total: UInt64, left: UInt64, thousandths: Int) {
        let progress = ResyncProgress(totalBytes: total, leftBytes: left, speed: 1, averageSpeed: 1)
        #expect(progress.doneThousandths == thousandths)
    }

    @Test func aStalledResyncPromisesNoEnd() {
        var document = SampleDocuments.resyncingVolume
        document.resync = ResyncProgress(
            totalBytes: 1 << 30, leftBytes: 1 << 29, speed: 0, averageSpeed: 5 << 20, wantedSpeed: 1 << 20,
            isStalled: true)
        let text = StatusRenderer.text(for: document)
        #expect(text.contains("\t[==========>..........] sync'ed: 50.0% (524288/1048576)K\n"))
        #expect(text.contains("\tfinish: unknown speed: 0 (5,120) want: 1,024 K/sec (stalled)\n"))
    }

    @Test(arguments: [
        (Int64(-5), "0 ms"), (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (59_999, "59.9 s"), (60_000, "1 min"),
        (3_600_000, "1 h 0 min"), (86_399_000, "23 h 59 min"), (90_000_000, "1 d 1 h"),
    ])
    func spansAreSaidAsAPersonSaysThem(milliseconds: Int64, text: String) {
        #expect(SpanText.text(milliseconds: milliseconds) == text)
    }
}
