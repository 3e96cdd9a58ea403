import ClusterModel
import LinuxIO

/// The jobs that systemd is carrying out for us: each ends once, with its result, its time-out or the loss of the bus.
final class UnitJobs {
    struct Job {
        var operation: String
        var unit: String
        /// As the caller allowed, for the message; the time until then is counted from the call.
        var timeout: Duration
        var completion: UnitManager.JobCompletion
    }

    private let loop: EventLoop
    /// By the path of systemd's job object.
    private var jobs: [String: (job: Job, timer: TimerID)] = [:]

    init(on loop: EventLoop) {
        self.loop = loop
    }

    func add(_ job: Job, at path: String, until deadline: Instant) {
        let timer = loop.schedule(at: deadline) { [weak self] in self?.expire(path) }
        jobs[path] = (job, timer)
    }

    /// systemd is done with a job; one that is not ours is no error.
    func ended(_ path: String, _ result: JobResult) {
        guard let (job, timer) = jobs.removeValue(forKey: path) else { return }
        loop.cancel(timer)
        job.completion(.success(result))
    }

    /// Whether the jobs were carried out will never be known.
    func loseAll() {
        let lost = jobs.sorted { $0.key < $1.key }.map(\.value)
        jobs = [:]
        for (job, timer) in lost {
            loop.cancel(timer)
            loop.perform { Self.fail(job, .connectionLost) }
        }
    }

    private func expire(_ path: String) {
        guard let (job, _) = jobs.removeValue(forKey: path) else { return }
        Self.fail(job, .timedOut(after: job.timeout))
    }

    private static func fail(_ job: Job, _ cause: BusError.Cause) {
        job.completion(.failure(BusError(operation: job.operation, subject: job.unit, cause: cause)))
    }
}
