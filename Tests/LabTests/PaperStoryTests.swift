import ClusterModel
import Control
import Foundation
import Lab
import Testing

extension OnTheRealKernel {
    /// The paper's §3.5 (take-over and failback) and §4.3 (first synchronisation, roles) on the real kernel.
    @Suite(.serialized) struct PaperStoryTests {
        @Test(.timeLimit(.minutes(3))) func pulledPlugReturnFailbackAndStandbyLoseNoAcknowledgedRecord() throws {
            try Scenario.withServingPair { pair in
                let writer = try Scenario.writer(pair)
                try pair.a.pullPlug()
                try Scenario.progress(writer, by: 20)
                try Scenario.awaitService(pair, on: pair.b)
                try pair.a.awaitDeath()
                try pair.a.powerOn()
                try Scenario.awaitSync(pair)
                try Scenario.awaitService(pair, on: pair.a)
                try Scenario.progress(writer, by: 20)
                try pair.a.run("bascule", "standby")
                try Scenario.awaitService(pair, on: pair.b)
                try Scenario.progress(writer, by: 20)
                try Scenario.audit(writer, pair, sync: pair.b)
            }
        }

        @Test(.timeLimit(.minutes(2))) func twoFreshCopiesServeNothingUntilAPersonNamesTheGoodOne() throws {
            try Scenario.withPair { pair in
                let status = try pair.wait(for: "the engines to connect", on: pair.a) {
                    $0.volumes.first?.connection == .connected
                }
                let volume = try #require(status.volumes.first)
                #expect(volume.role == .secondary && volume.peerRole == .secondary)
                #expect(volume.disk == .inconsistent && volume.peerDisk == .inconsistent)
                #expect(!PairStatus.serves(status, "web"))
                #expect(try pair.a.attempt(["bascule", "takeover"]).status == 1)
            }
        }

        @Test(.timeLimit(.minutes(2))) func theReturnedNodeResynchronisesOnlyWhatChanged() throws {
            try Scenario.withServingPair { pair in
                try pair.a.pullPlug()
                try Scenario.awaitService(pair, on: pair.b)
                try pair.a.awaitDeath()
                let before = try PairStatus.volume(pair.b).counters.networkSent
                let writer = try Scenario.writer(pair)
                _ = writer.stop()
                try pair.a.powerOn()
                try Scenario.awaitSync(pair)
                let sent = try PairStatus.volume(pair.b).counters.networkSent - before
                #expect(sent > 0)
                #expect(
                    sent * 1024 < pair.settings.diskBytes / 2,
                    "\(sent) KiB were sent of \(pair.settings.diskBytes >> 10)")
            }
        }

        @Test(.timeLimit(.minutes(2))) func theSecondaryRefusesReadersAndMounts() throws {
            try Scenario.withServingPair { pair in
                let go = """
                    import socket, struct
                    s = socket.socket(socket.AF_UNIX)
                    s.connect("/run/bascule/volumes/data/nbd.sock")
                    s.settimeout(5)
                    s.recv(18)
                    s.sendall(struct.pack(">I", 3) + b"IHAVEOPT" + struct.pack(">III", 7, 10, 4) + b"data" + bytes(2))
                    print(s.recv(4096))
                    """
                let answer = try pair.b.attempt(["python3", "-c", go])
                #expect(answer.output.contains("secondary"), "\(answer.output) \(answer.errors)")
                #expect(try pair.b.attempt(["test", "-e", "/dev/bascule/data"]).status != 0)
            }
        }

        @Test(.timeLimit(.minutes(2))) func aGroupWithoutAVolumeIsTakenOverToo() throws {
            try Scenario.withPair(Scenario.withoutVolume) { pair in
                try Scenario.awaitService(pair, on: pair.a)
                try pair.a.pullPlug()
                try Scenario.awaitService(pair, on: pair.b)
                let address = try pair.network.ip(.b, "-o addr show dev eth0")
                #expect(address.contains("192.0.2.10/24") && address.contains("eth0:0"))
            }
        }

        @Test(.timeLimit(.minutes(2))) func anOrderlyPowerOffHandsOverWithoutWaitingForDeadtime() throws {
            var settings = Scenario.withoutVolume
            (settings.warntime, settings.deadtime) = ("10s", "20s")
            settings.initdead = "20s"
            try Scenario.withPair(settings) { pair in
                try Scenario.awaitService(pair, on: pair.a)
                let watch = Stopwatch()
                try pair.a.powerOff()
                try Scenario.awaitService(pair, on: pair.b, within: 10)
                #expect(watch.seconds < 10)
            }
        }
    }
}
