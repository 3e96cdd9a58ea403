import ClusterModel
import Control
import Testing

@Suite struct ControlCodecTests {
    static let requests: [ControlRequest] = [
        .status, .watch(intervalMilliseconds: 500), .standby(groups: .all), .takeover(groups: .one("web")),
        .failback(groups: .all), .explain(change: "unplug eth1"), .shutdown,
        .forcedTakeover(groups: .one("web")), .clear(groups: .all),
        .volume("data", .status), .volume("data", .follow), .volume("data", .shutdown),
        .volume("data", .order(.declareUpToDate)), .volume("data", .order(.promote(.peerDead))),
    ]

    static let responses: [ControlResponse] = [
        .nodeStatus(SampleDocuments.node), .volumeStatus(SampleDocuments.resyncingVolume),
        .volumeReport(VolumeReport(isPrimary: true, copy: .upToDate, generation: .max)),
        .progress(ProgressEvent(elapsedMilliseconds: 42, sentence: "stopping apache2.service", percent: 12.5)),
        .outcome(.ok(sentence: "serv-b serves web")), .outcome(.refused(sentence: "serv-b is dead")),
        .outcome(.failed(sentence: "the file system is busy")), .text("nothing would happen"),
        .error(.version(theirs: 2, ours: 1)), .error(.malformed(detail: "x")), .error(.notForThisDaemon),
        .error(.unknownName("web")), .error(.unavailable(detail: "ending")),
    ]

    @Test(arguments: requests)
    func everyRequestReadsBack(request: ControlRequest) throws {
        #expect(try ControlCodec.decodeRequest(try ControlCodec.encode(request)) == request)
    }

    @Test(arguments: responses)
    func everyResponseReadsBack(response: ControlResponse) throws {
        #expect(try ControlCodec.decodeResponse(try ControlCodec.encode(response)) == response)
    }

    @Test func theFormatOnTheSocketIsThisAndStaysThis() throws {
        let bytes = try ControlCodec.encode(ControlRequest.takeover(groups: .one("web")))
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"body":{"takeover":{"groups":{"one":{"_0":"web"}}}},"version":1}"#)
    }

    @Test func aForcedTakeoverIsNoTakeoverWithAWordMore() throws {
        let bytes = try ControlCodec.encode(ControlRequest.forcedTakeover(groups: .all))
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"body":{"forcedTakeover":{"groups":{"all":{}}}},"version":1}"#)
    }

    @Test func countersKeepDRBDsLetters() throws {
        let text = String(
            decoding: try ControlCodec.encode(ControlResponse.volumeStatus(SampleDocuments.resyncingVolume)),
            as: UTF8.self)
        for letters in ["ns", "nr", "dw", "dr", "al", "bm", "lo", "pe", "ua", "ap", "ep", "oos"] {
            #expect(text.contains("\"\(letters)\":"), "\(letters)")
        }
        #expect(text.contains("\"connection\":\"SyncSource\""))
    }

    @Test func anotherVersionIsNamedWhateverItsBody() {
        let message = Array(#"{"body":{"dance":{}},"version":9}"#.utf8)
        #expect(reason(of: message) == .version(theirs: 9, ours: 1))
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{}", #"{"version":1}"#, #"{"version":1,"body":{}}"#, #"{"version":"1","body":{}}"#,
        #"{"version":1,"body":{"dance":{}}}"#, #"{"version":1,"body":{"volume":{"_0":"../etc","_1":{"status":{}}}}}"#,
        #"{"version":1,"body":{"watch":{"intervalMilliseconds":-1}}}"#,
        #"{"version":1,"body":{"status":{},"shutdown":{}}}"#,
        String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 50_000),
    ])
    func nonsenseIsRefusedWithAReason(text: String) {
        guard case .malformed(let detail) = reason(of: Array(text.utf8)) else {
            Issue.record("not refused as malformed: \(text.prefix(60))")
            return
        }
        #expect(!detail.isEmpty && detail.count < 300)
    }

    @Test func everyTruncationIsRefused() throws {
        for request in Self.requests {
            let bytes = try ControlCodec.encode(request)
            for length in 0..<bytes.count {
                #expect(reason(of: Array(bytes.prefix(length))) != nil, "\(request) cut at \(length)")
            }
        }
    }

    @Test func mutatedMessagesNeverCrash() throws {
        var generator = SeededGenerator(seed: 0x5EED)
        let originals = try Self.responses.map { try ControlCodec.encode($0) }
        for round in 0..<200 {
            var bytes = originals[round % originals.count]
            for _ in 0...Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                }
            }
            do {
                let response = try ControlCodec.decodeResponse(bytes)
                // What was understood must be a message that can be said again.
                #expect(try ControlCodec.decodeResponse(try ControlCodec.encode(response)) == response)
            } catch {
                #expect(!error.localizedReason.isEmpty)
            }
        }
    }

    @Test func aMessageThatFitsNoFrameIsNotWritten() {
        let tooLong = ControlResponse.text(String(repeating: "x", count: ControlFramer.largestPayload))
        #expect(throws: ControlCodecFailure.self) { try ControlCodec.encode(tooLong) }
    }

    private func reason(of bytes: [UInt8]) -> ControlError? {
        do {
            _ = try ControlCodec.decodeRequest(bytes)
            return nil
        } catch {
            return error.reason
        }
    }
}

extension Error {
    /// The sentence for the other side, where there is one.
    fileprivate var localizedReason: String {
        (self as? ControlCodecFailure)?.reason.sentence ?? ""
    }
}
