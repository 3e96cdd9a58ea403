import LinuxIO
import WireFormat

/// Says the answers to a client's requests on its socket: in the order in which they are ready, except that nothing may
/// come between the parts of a long read.
final class NBDReplies {
    /// Half of a read's data are out, and the rest is not coming: the protocol has no way to say so but to close.
    struct CutShort: Error {}

    private let connection: StreamConnection
    /// A long read whose reply is half out.
    private var talking: NBDJob?
    private var held: [NBDJob] = []

    init(_ connection: StreamConnection) {
        self.connection = connection
    }

    /// Answers a request that never reached the engine.
    func refuse(_ cookie: UInt64, _ error: NBDErrorNumber) {
        send(cookie, error)
    }

    /// A piece of a job is back: says what can be said now.
    ///
    /// - Parameter job: the piece's.
    /// - Returns: how many requests are answered now that were not before.
    func advance(_ job: NBDJob) throws(CutShort) -> Int {
        if let talking, talking !== job {
            if job.isFinished { held.append(job) }
            return 0
        }
        var answered = try answer(job)
        while talking == nil, !held.isEmpty { answered += try answer(held.removeFirst()) }
        return answered
    }

    private func answer(_ job: NBDJob) throws(CutShort) -> Int {
        guard job.command == .read, job.error == nil else { return try answerPlainly(job) }
        while let (buffer, bytes) = job.takeReady() {
            if !job.isAnswered {
                job.isAnswered = true
                send(job.cookie, nil)
            }
            connection.send(buffer, 0..<bytes)
        }
        talking = job.isAnswered && !job.isSent ? job : nil
        return job.isSent ? 1 : 0
    }

    private func answerPlainly(_ job: NBDJob) throws(CutShort) -> Int {
        if job.isAnswered { throw CutShort() }
        guard job.isFinished else { return 0 }
        send(job.cookie, job.error)
        return 1
    }

    private func send(_ cookie: UInt64, _ error: NBDErrorNumber?) {
        connection.send(NBDSimpleReply(cookie: cookie, error: error).encoded())
    }
}
