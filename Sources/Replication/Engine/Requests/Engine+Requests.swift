import ClusterModel

/// Error numbers that clients get.
enum ClientError {
    static let io: Int32 = 5
    static let invalid: Int32 = 22
    static let readOnly: Int32 = 30
    static let notSupported: Int32 = 95
    /// What reading a secondary's device yields.
    static let mediumType: Int32 = 124
}

extension VolumeEngine {
    /// New writes and flushes are held back.
    var holdsWritesBack: Bool { state.isFrozen || generationsUnderWay > 0 }

    mutating func clientRequested(_ id: RequestID, _ operation: ClientOperation) {
        tally.clientPending += 1
        if let errno = refusal(of: operation) { return complete(id, .failed(errno: errno)) }
        switch operation {
        case .read(let range): beginRead(id, range)
        case .write, .flush, .trim, .writeZeroes:
            if failsFrozenWrites {
                complete(id, .failed(errno: ClientError.io))
            } else if holdsWritesBack || !requests.held.isEmpty {
                requests.held.append(RequestTable.Held(request: id, operation: operation))
            } else {
                accept(id, operation)
            }
        }
    }

    private func refusal(of operation: ClientOperation) -> Int32? {
        switch operation {
        case .read(let range):
            state.role == .primary ? misfit(range, ClientOperation.largestData) : ClientError.mediumType
        case .write(let range, fua: _):
            state.role == .primary ? misfit(range, ClientOperation.largestData) : ClientError.readOnly
        case .trim(let range), .writeZeroes(let range, mayUnmap: _, fua: _):
            state.role == .primary ? misfit(range, ClientOperation.largestZeroing) : ClientError.readOnly
        case .flush: state.role == .primary ? nil : ClientError.readOnly
        }
    }

    private func misfit(_ range: ByteRange, _ largest: UInt64) -> Int32? {
        let fits = !range.isEmpty && range.length <= largest && isOnDevice(range)
        return fits ? nil : ClientError.invalid
    }

    /// Whole sectors within the device.
    func isOnDevice(_ range: ByteRange) -> Bool {
        range.isInside(size: deviceBytes) && (range.offset | range.length) % MetadataUnits.sector == 0
    }

    private mutating func accept(_ id: RequestID, _ operation: ClientOperation) {
        switch operation {
        case .read(let range): beginRead(id, range)
        case .write(let range, let fua): beginWrite(id, .data(fua: fua), range)
        case .trim(let range): beginWrite(id, .trim, range)
        case .writeZeroes(let range, let mayUnmap, let fua):
            beginWrite(id, .zeroes(mayUnmap: mayUnmap, fua: fua), range)
        case .flush: beginFlush(id)
        }
    }

    mutating func releaseHeldRequests() {
        while !holdsWritesBack, let next = requests.held.popFirst() {
            // It may have become secondary meanwhile.
            if let errno = refusal(of: next.operation) {
                complete(next.request, .failed(errno: errno))
            } else {
                accept(next.request, next.operation)
            }
        }
    }

    /// Requests of a client that left: those not begun are given up, the rest runs its course.
    mutating func abandon(_ ids: [RequestID]) {
        guard !requests.held.isEmpty else { return }
        let gone = Set(ids)
        for held in requests.held.removeAll() {
            if gone.contains(held.request) {
                complete(held.request, .failed(errno: ClientError.io))
            } else {
                requests.held.append(held)
            }
        }
    }

    mutating func complete(_ id: RequestID, _ result: RequestResult) {
        tally.clientPending -= 1
        effects.append(.completeRequest(id, result))
    }
}
