import ClusterModel
import NodeCore
import Replication

/// The mounted file system of one group with the service's records on it.
///
/// A record goes to its slot like a journal's entry: data block, flush, commit block with FUA, then it is acknowledged.
/// Bulk data is written without a flush. Nothing is cached for reading, so that reads show what the volume holds.
final class Filesystem {
    private unowned let machine: Machine
    private unowned let world: World
    let group: Int
    private(set) var isMounted = false
    /// Counts mounts: what was begun under an earlier one is over.
    private(set) var mountNumber = 0
    private var waiting: [() -> Void] = []
    private var isBusy = false
    private var bulkUnderWay = 0
    private var dice: Dice

    init(_ machine: Machine, group: Int) {
        self.machine = machine
        world = machine.world
        self.group = group
        dice = Dice(seed: machine.world.settings.seed, "file system \(machine.index) \(group)")
    }

    private var device: FrontEnd { machine.engines[group].frontEnd }
    private var ledger: BlockLedger { world.ledgers[group] }

    // MARK: Mounting

    func mount(_ answer: @escaping (StepOutcome) -> Void) {
        guard !isMounted else { return answer(.done) }
        guard device.open() else { return answer(.failed("no such device or not primary")) }
        mountNumber += 1
        let number = mountNumber
        ledger.mountBegins()
        // Journal recovery: what is found is made durable before it is built upon.
        device.submit(.flush) { [self] isDone, _ in
            guard number == mountNumber else { return }
            guard isDone else { return failMount(answer) }
            scan(MountScan(ledger.knownBlocks), number, answer)
        }
    }

    private func failMount(_ answer: (StepOutcome) -> Void) {
        device.close()
        mountNumber += 1
        answer(.failed("input/output error"))
    }

    /// Reads every block that was ever written, and lets the ledger judge what it finds.
    private func scan(_ scan: MountScan, _ number: Int, _ answer: @escaping (StepOutcome) -> Void) {
        guard let run = scan.next else {
            isMounted = true
            world.tell(machine, "mounts group \(group)")
            ledger.mounted(by: machine.index, found: scan.found)
            startBulk(number)
            return answer(.done)
        }
        let range = ByteRange(
            offset: UInt64(run.lowerBound) * WorldSettings.block, length: UInt64(run.count) * WorldSettings.block)
        device.submit(.read(range)) { [self] isDone, tokens in
            guard number == mountNumber else { return }
            guard isDone else { return failMount(answer) }
            self.scan(scan.adding(tokens), number, answer)
        }
    }

    func unmount(_ answer: @escaping (StepOutcome) -> Void) {
        guard isMounted || device.isOpen else { return answer(.done) }
        isMounted = false
        waiting = []
        isBusy = false
        // Ends what is under way, a mount as well.
        mountNumber += 1
        finishUnmount(answer)
    }

    private func finishUnmount(_ answer: @escaping (StepOutcome) -> Void) {
        guard !device.hasOutstanding else {
            let number = mountNumber
            world.scheduler.after(.milliseconds(20)) { [self] in
                if number == mountNumber { finishUnmount(answer) }
            }
            return
        }
        let number = mountNumber
        flush { [self] _ in
            guard number == mountNumber else { return }
            mountNumber += 1
            device.close()
            ledger.unmounted(by: machine.index)
            answer(.done)
        }
    }

    func vanish() {
        isMounted = false
        mountNumber += 1
        waiting = []
        isBusy = false
        bulkUnderWay = 0
        device.vanish()
    }

    // MARK: The service

    /// Stores a record; answers true when it is as durable as it was promised.
    func put(_ token: UInt64, slot: Int, _ answer: @escaping (Bool) -> Void) {
        enqueue { [self] done in
            write(RecordLayout.data(slot), [token], fua: false) { [self] isDone in
                guard isDone else { return done { answer(false) } }
                flush { [self] isDone in
                    guard isDone else { return done { answer(false) } }
                    write(RecordLayout.commit(slot), [token], fua: true) { isDone in done { answer(isDone) } }
                }
            }
        }
    }

    /// Reads a record: what its commit block says, and what its data block holds.
    func get(slot: Int, _ answer: @escaping (_ commit: UInt64, _ data: UInt64) -> Void) {
        enqueue { [self] done in
            read(RecordLayout.commit(slot)) { [self] commit in
                read(RecordLayout.data(slot)) { data in
                    done {
                        if let commit, let data { answer(commit, data) }
                    }
                }
            }
        }
    }

    /// One after another, and none while the machine hangs.
    private func enqueue(_ work: @escaping (_ done: @escaping (_ report: () -> Void) -> Void) -> Void) {
        guard isMounted, waiting.count < 64 else { return }
        let number = mountNumber
        waiting.append { [self] in
            work { [self] report in
                guard number == mountNumber else { return }
                report()
                isBusy = false
                next()
            }
        }
        next()
    }

    func wake() {
        next()
    }

    private func next() {
        guard !isBusy, !machine.isHung, !waiting.isEmpty else { return }
        isBusy = true
        waiting.removeFirst()()
    }

    // MARK: Blocks

    private func write(_ block: Int, _ tokens: [UInt64], fua: Bool, _ answer: @escaping (Bool) -> Void) {
        let node = machine.index
        let write = ledger.issued(block, tokens, by: node)
        let range = ByteRange(
            offset: UInt64(block) * WorldSettings.block, length: UInt64(tokens.count) * WorldSettings.block)
        let number = mountNumber
        device.submit(.write(range, fua: fua), tokens) { [self] isDone, _ in
            guard number == mountNumber else { return }
            if isDone { ledger.completed(write, isDurable: fua, by: node) }
            answer(isDone)
        }
    }

    private func flush(_ answer: @escaping (Bool) -> Void) {
        let mark = ledger.flushBegins()
        let number = mountNumber
        device.submit(.flush) { [self] isDone, _ in
            guard number == mountNumber else { return }
            if isDone { ledger.flushed(mark, by: machine.index) }
            answer(isDone)
        }
    }

    private func read(_ block: Int, _ answer: @escaping (UInt64?) -> Void) {
        let range = ByteRange(offset: UInt64(block) * WorldSettings.block, length: WorldSettings.block)
        let number = mountNumber
        device.submit(.read(range)) { [self] isDone, tokens in
            if number == mountNumber { answer(isDone ? tokens.first : nil) }
        }
    }

    // MARK: Bulk data

    private func startBulk(_ number: Int) {
        let pace = world.settings.bulkPace.nanoseconds
        world.scheduler.after(nanoseconds: pace / 2 + Int64(dice.number() % UInt64(pace))) { [self] in
            guard number == mountNumber, isMounted else { return }
            if !machine.isHung, !world.isQuiet { burst() }
            startBulk(number)
        }
    }

    private func burst() {
        for _ in 0..<(1 + dice.below(4)) where bulkUnderWay < 16 {
            let run = RecordLayout.bulkRun(number: dice.below(RecordLayout.bulkRuns), in: world.settings.volumeBlocks)
            let tokens = run.map { _ in world.nextToken() }
            bulkUnderWay += 1
            let number = mountNumber
            write(run.lowerBound, tokens, fua: false) { [self] _ in
                if number == mountNumber { bulkUnderWay -= 1 }
            }
        }
    }
}
