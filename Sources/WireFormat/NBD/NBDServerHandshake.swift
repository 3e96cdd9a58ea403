/// The server's side of the fixed newstyle negotiation (proto.md), from greeting to transmission phase.
///
/// Send `greeting` first, then hand over whatever arrives to `receive` until it gives an outcome. Options that are not
/// known here are refused and the negotiation goes on; only what leaves no common next byte ends it.
package struct NBDServerHandshake: Hashable, Sendable {
    /// Option data beyond this are skipped and the option refused.
    package static let optionLimit = 8192
    /// Option data beyond this end the connection.
    package static let skipLimit = 1 << 20
    /// More options than this on one connection end it.
    package static let optionCountLimit = 1024

    /// What the negotiation came to.
    package enum Outcome: Hashable, Sendable {
        /// The transmission phase begins; `unread` bytes of it have arrived already.
        case chosen(NBDExport, unread: [UInt8])
        /// The client said it leaves; close when the reply is sent.
        case aborted
        /// Close: the client does not speak the protocol, or asked for an export that does not exist the old way.
        case failed(WireError)
    }

    /// Bytes to send, and the end if it is reached.
    package struct Step: Hashable, Sendable {
        package var reply: [UInt8] = []
        package var outcome: Outcome?
    }

    private enum State: Hashable, Sendable {
        case awaitingFlags
        case awaitingOption
        /// Waiting for the option's data.
        case collecting(number: UInt32, length: Int)
        /// Dropping data of an option that is too large.
        case skipping(number: UInt32, left: Int)
        case finished
    }

    package let greeting = NBDGreeting().encoded()
    private let exports: [NBDExport]
    private let withheld: String?
    private var state = State.awaitingFlags
    private var clientFlags: NBDClientFlags = []
    private var buffer: [UInt8] = []
    private var optionCount = 0

    /// A negotiation about `exports`; the first one is the default export.
    ///
    /// With `withheld` none of them may be chosen now: the client is told why in these words.
    package init(exports: [NBDExport], withheld: String? = nil) {
        self.exports = exports
        self.withheld = withheld
    }

    /// Takes bytes of the client. Not to be called again after an outcome.
    package mutating func receive(_ bytes: some Sequence<UInt8>) -> Step {
        precondition(state != .finished, "the negotiation has ended")
        buffer.append(contentsOf: bytes)
        var step = Step()
        do {
            while step.outcome == nil, try advance(&step) {}
        } catch {
            step.outcome = .failed(error)
        }
        if step.outcome != nil {
            state = .finished
            buffer = []
        }
        return step
    }

    /// Takes one more element of the negotiation off the buffer; false where more bytes are needed.
    private mutating func advance(_ step: inout Step) throws(WireError) -> Bool {
        switch state {
        case .awaitingFlags:
            guard let bytes = take(4) else { return false }
            try acceptFlags(bytes)
        case .awaitingOption:
            guard let bytes = take(NBDOptionRequest.Header.size) else { return false }
            try acceptOption(try NBDOptionRequest.Header(bytes[...]))
        case .collecting(let number, let length):
            guard let data = take(length) else { return false }
            state = .awaitingOption
            try answer(number, data, &step)
        case .skipping(let number, let left):
            return skip(number, left, &step)
        case .finished:
            preconditionFailure("the negotiation has ended")
        }
        return true
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        guard buffer.count >= count else { return nil }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    private mutating func acceptFlags(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        clientFlags = NBDClientFlags(rawValue: try reader.read())
        guard clientFlags.isSubset(of: [.fixedNewstyle, .noZeroes]) else {
            throw .badValue("NBD client flags", UInt64(clientFlags.rawValue))
        }
        state = .awaitingOption
    }

    private mutating func acceptOption(_ header: NBDOptionRequest.Header) throws(WireError) {
        optionCount += 1
        guard optionCount <= Self.optionCountLimit else { throw .badLength("NBD options", UInt64(optionCount)) }
        let length = Int(header.length)
        guard length <= Self.skipLimit else { throw .badLength("NBD option \(header.number)", UInt64(length)) }
        if length <= Self.optionLimit {
            state = .collecting(number: header.number, length: length)
        } else {
            state = .skipping(number: header.number, left: length)
        }
    }

    private mutating func skip(_ number: UInt32, _ left: Int, _ step: inout Step) -> Bool {
        let dropped = min(left, buffer.count)
        buffer.removeFirst(dropped)
        guard dropped == left else {
            state = .skipping(number: number, left: left - dropped)
            return false
        }
        state = .awaitingOption
        if number == NBDOption.exportName.rawValue {
            step.outcome = .failed(.badLength("NBD export name", UInt64(Self.optionLimit)))
        } else {
            step.refuse(.errorTooBig, number, "more than \(Self.optionLimit) bytes of option data")
        }
        return true
    }

    private mutating func answer(_ number: UInt32, _ data: [UInt8], _ step: inout Step) throws(WireError) {
        let option = NBDOption(rawValue: number)
        guard clientFlags.contains(.fixedNewstyle) || option == .exportName else {
            throw .unexpected("NBD option from a client that takes no replies", UInt64(number))
        }
        switch option {
        case .exportName:
            try choose(data, &step)
        case .abort:
            step.reply += NBDOptionReply(option: number, type: .ack).encoded()
            step.outcome = .aborted
        case .list:
            list(data, &step)
        case .info, .go:
            inform(number, data, &step)
        case .startTLS, .structuredReply, .listMetaContext, .setMetaContext, .extendedHeaders, nil:
            step.refuse(.errorUnsupported, number, "option \(number) is not supported")
        }
    }

    private func list(_ data: [UInt8], _ step: inout Step) {
        let number = NBDOption.list.rawValue
        guard data.isEmpty else { return step.refuse(.errorInvalid, number, "LIST takes no data") }
        for export in exports {
            step.reply += NBDOptionReply(option: number, type: .server, data: export.encodedAsListEntry()).encoded()
        }
        step.reply += NBDOptionReply(option: number, type: .ack).encoded()
    }

    /// `exportName`: there is no way to say no but to close.
    private func choose(_ data: [UInt8], _ step: inout Step) throws(WireError) {
        guard let name = String(validating: data, as: UTF8.self), let export = export(named: name), withheld == nil
        else {
            throw .unexpected("NBD export name that is not offered, length", UInt64(data.count))
        }
        step.reply += export.encodedAsOldAnswer(withZeroes: !clientFlags.contains(.noZeroes))
        step.outcome = .chosen(export, unread: buffer)
    }

    private func inform(_ number: UInt32, _ data: [UInt8], _ step: inout Step) {
        let request: NBDInfoRequest
        do {
            request = try NBDInfoRequest(data)
        } catch {
            return step.refuse(.errorInvalid, number, "\(error)")
        }
        guard let export = export(named: request.name) else {
            return step.refuse(.errorUnknown, number, "no such export")
        }
        if let withheld { return step.refuse(.errorPolicy, number, withheld) }
        // The block sizes go out unasked: a client that ignores them is refused request by request.
        for type in NBDInfoType.allCases
        where type == .export || type == .blockSize || request.wanted.contains(type.rawValue) {
            step.reply += NBDOptionReply(option: number, type: .info, data: export.encodedInfo(type)).encoded()
        }
        step.reply += NBDOptionReply(option: number, type: .ack).encoded()
        if number == NBDOption.go.rawValue { step.outcome = .chosen(export, unread: buffer) }
    }

    private func export(named name: String) -> NBDExport? {
        name.isEmpty ? exports.first : exports.first { $0.name == name }
    }
}

extension NBDServerHandshake.Step {
    fileprivate mutating func refuse(_ type: NBDReplyType, _ option: UInt32, _ text: String) {
        reply += NBDOptionReply.refusal(type, of: option, because: text).encoded()
    }
}
