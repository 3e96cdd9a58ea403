import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// One request of an NBD client on its way through the engine, in as many pieces as the engine's limits make of it.
final class NBDJob {
    /// A piece of a read that is back, or not yet.
    private enum Piece {
        case waiting
        case done(AlignedBuffer, bytes: Int)
        case sent
    }

    let cookie: UInt64
    let command: NBDCommand
    let flags: NBDCommandFlags
    /// What no piece has been made of yet.
    private(set) var rest: ByteRange
    /// The first error of any piece is the request's.
    private(set) var error: NBDErrorNumber?
    /// Pieces the engine has.
    private(set) var open = 0
    /// Whether the header of a read's reply is out: from there on there is no way to report an error.
    var isAnswered = false
    /// A request without pieces is one piece all the same.
    private(set) var hasPieces = false
    /// Whether its reply comes in several pieces, which must follow each other on the socket.
    let isLongRead: Bool
    private var pieces: [Piece] = []
    private var nextToSend = 0

    init(_ request: NBDRequest) {
        cookie = request.cookie
        command = request.command
        flags = request.flags
        rest = request.range
        isLongRead = command == .read && rest.length > ClientOperation.largestData
    }

    /// Whether no piece is left to be made.
    var isAllMade: Bool { hasPieces && rest.isEmpty }

    /// Whether all pieces are back.
    var isFinished: Bool { isAllMade && open == 0 }

    /// Bytes of the next piece.
    var nextLength: Int {
        let limit =
            switch command {
            case .trim, .writeZeroes: ClientOperation.largestZeroing
            default: ClientOperation.largestData
            }
        return Int(min(rest.length, limit))
    }

    /// Takes the next piece off the request: what to ask the engine, and the piece's place in it.
    func takePiece() -> (ClientOperation, index: Int) {
        let range = ByteRange(offset: rest.offset, length: UInt64(nextLength))
        rest = ByteRange(offset: range.end, length: rest.length - range.length)
        hasPieces = true
        open += 1
        if command == .read { pieces.append(.waiting) }
        return (operation(range), pieces.count - 1)
    }

    private func operation(_ range: ByteRange) -> ClientOperation {
        let fua = flags.contains(.fua)
        switch command {
        case .read: return .read(range)
        case .write: return .write(range, fua: fua)
        case .flush: return .flush
        case .trim: return .trim(range)
        case .writeZeroes: return .writeZeroes(range, mayUnmap: !flags.contains(.noHole), fua: fua)
        case .disconnect, .cache, .blockStatus, .unknown:
            preconditionFailure("\(command) is not for the engine")
        }
    }

    /// A piece is back.
    func finishPiece(_ index: Int, error: NBDErrorNumber?, data: (AlignedBuffer, bytes: Int)?) {
        open -= 1
        if self.error == nil { self.error = error }
        if command == .read, let data, error == nil { pieces[index] = .done(data.0, bytes: data.bytes) }
    }

    /// The next piece of a read whose turn it is to be sent, or nil while it is not back.
    func takeReady() -> (AlignedBuffer, bytes: Int)? {
        guard nextToSend < pieces.count, case .done(let buffer, let bytes) = pieces[nextToSend] else { return nil }
        pieces[nextToSend] = .sent
        nextToSend += 1
        return (buffer, bytes)
    }

    /// Whether everything of a read has been handed to the socket.
    var isSent: Bool { isFinished && nextToSend == pieces.count }

    /// No further pieces: the client is gone or the request has failed.
    func abandon() {
        rest.length = 0
    }
}
