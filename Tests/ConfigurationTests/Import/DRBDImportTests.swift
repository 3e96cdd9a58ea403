import ClusterModel
import Configuration
import Testing

@Suite struct DRBDImportTests {
    static func imported(_ text: String) -> ImportResult {
        Importer.run(drbdConf: ImportInput(file: "drbd.conf", text: text))
    }

    static func resource(_ options: String, hosts: String = "") -> String {
        """
        resource r0 {
        \(options)
        on serv-a { device /dev/drbd0; disk /dev/sda1; address 198.51.100.1:7788; meta-disk internal; \(hosts) }
        on serv-b { device /dev/drbd0; disk /dev/sda1; address 198.51.100.2:7788; meta-disk internal; \(hosts) }
        }
        """
    }

    @Test func aResourceOfDRBD8Arrives() {
        let text = """
            global { usage-count no; }
            include "drbd.d/*.res";
            common { net { protocol B; } handlers { local-io-error "/sbin/halt -f # \\"now\\""; } }
            skip resource old { protocol A; }
            resource "mail" {
              net { after-sb-0pri discard-zero-changes; after-sb-1pri consensus; after-sb-2pri violently-as0p;
                    shared-secret "secret words"; verify-alg sha1; }
              disk { on-io-error call-local-io-error; resync-rate 30M; al-extents 10000; size 20971520s; }
              meta-disk /dev/sdc1[3];
              on alpha { address ipv6 [2001:DB8::1]:7789; volume 0 { device minor 4; disk /dev/sda3; }
                         volume 1 { device /dev/drbd5; disk /dev/sda4; meta-disk /dev/sdd [1]; } }
              on beta { address ipv6 [2001:db8::2]:7789; volume 0 { device minor 4; disk /dev/sdb3; }
                        volume 1 { device /dev/drbd5; disk /dev/sda4; meta-disk /dev/sdd[1]; } }
            }
            """
        let result = Self.imported(text)
        #expect(result.definition.nodes.map(\.name) == ["alpha", "beta"])
        var first = VolumeDefinition(
            name: "mail", disk: .each(["alpha": "/dev/sda3", "beta": "/dev/sdb3"]),
            metadata: .indexed(.both("/dev/sdc1"), index: 3),
            address: ["alpha": "[2001:db8::1]:7789", "beta": "[2001:db8::2]:7789"], wireProtocol: .b)
        first.activityLogExtents = 6433
        first.resyncRate = 30 << 20
        first.onIOError = .panic
        first.afterSplitBrain = SplitBrainPolicies(zeroPrimaries: .discardZeroChanges, onePrimary: .consensus)
        first.sizeLimit = 10 << 30
        var second = first
        second.name = "mail-1"
        second.disk = .both("/dev/sda4")
        second.metadata = .indexed(.both("/dev/sdd"), index: 1)
        #expect(result.definition.volumes == [first, second])
        let notes = result.notes.map(\.description)
        #expect(notes.contains { $0.hasPrefix("drbd.conf:2: missing: The included files are not read") })
        #expect(notes.contains { $0.hasPrefix("drbd.conf:4: dropped: A section under \"skip\"") })
        #expect(notes.contains { $0.hasPrefix("drbd.conf:6: guessed: after-sb-2pri \"violently-as0p\"") })
        #expect(notes.contains { $0.hasPrefix("drbd.conf:7: dropped: \"shared-secret\"") })
        #expect(notes.contains { $0.hasPrefix("drbd.conf:8: guessed: al-extents 10000 is outside") })
        #expect(notes.contains { $0.hasPrefix("drbd.conf:8: guessed: The handler halts the machine") })
        #expect(notes.allSatisfy { !$0.contains("secret words") })
    }

    @Test(arguments: [
        ("disk { on-io-error call-local-io-error; }", IOErrorPolicy.detach), ("disk { on-io-error pass_on; }", .passOn),
        ("disk { on-io-error explode; }", .detach), ("disk { on-io-errer panic; }", .detach),
        ("", .detach),
    ])
    func theWordsForIOErrorsAreUnderstood(options: String, policy: IOErrorPolicy) {
        #expect(Self.imported(Self.resource(options)).definition.volumes.map(\.onIOError) == [policy])
    }

    @Test(
        arguments: [
            ("syncer { rate 250; }", UInt64(250 << 10)), ("syncer { rate 10M; }", 10 << 20),
            ("syncer { rate 1G; }", 1 << 30),
            ("syncer { rate fast; }", nil), ("", nil),
        ] as [(String, UInt64?)])
    func ratesCountKibibytes(options: String, rate: UInt64?) {
        #expect(Self.imported(Self.resource(options)).definition.volumes.map(\.resyncRate) == [rate])
    }

    @Test(arguments: [
        "resource r0 { on serv-a { disk /dev/sda1; address 198.51.100.1:7788; } }",
        "resource r0 { on serv-a { address 198.51.100.1:7788; } on serv-b { disk /dev/sda1; address 198.51.100.2:1; } }",
        "resource r0 { on serv-a { disk /dev/a; address here:7788; } on serv-b { disk /dev/b; address 198.51.100.2:1; } }",
        "resource r0 { on serv-a { disk a; address 198.51.100.1:1; } on serv-b { disk /dev/b; address 198.51.100.2:1; } }",
    ])
    func anIncompleteResourceIsLeftToAPerson(text: String) {
        let result = Self.imported(text)
        #expect(result.definition.volumes == [])
        #expect(result.notes.contains { $0.kind == .missing && $0.place.file == "drbd.conf" })
    }

    @Test func damagedBracesAreReadOver() {
        let text = "} ; ;; resource { } " + Self.resource("startup { wfc-timeout 0") + " }"
        #expect(Self.imported(text).notes.contains { $0.sentence == "This closing brace closes nothing." })
        let deep = String(repeating: "a {", count: 10_000)
        #expect(Self.imported(deep).notes.contains { $0.sentence.hasPrefix("Sections are nested too deeply") })
    }
}
