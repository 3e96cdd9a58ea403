import ClusterModel
import Control
import Testing

@Suite struct VolumeEngineCodecTests {
    @Test(arguments: [
        VolumeEngineRequest.order(.promote(.force)), .order(.abandonFrozenWrites), .attach, .detach, .status,
        .subscribe,
        .shutdown,
    ])
    func everyCallComesBackAsItWasSent(request: VolumeEngineRequest) throws {
        let call = VolumeEngineCall(number: 77, request: request)
        #expect(try VolumeEngineCodec.decodeCall(try VolumeEngineCodec.encode(call)) == call)
    }

    @Test(arguments: [
        VolumeEngineResponse.orderEnded(.refused("no")), .orderEnded(.done), .attached(device: "/dev/bascule/data"),
        .detached, .failed("in use"), .report(VolumeReport(isPrimary: true, copy: .upToDate)), .ending,
        .error(.notForThisDaemon),
    ])
    func everyAnswerComesBackAsItWasSent(response: VolumeEngineResponse) throws {
        let answer = VolumeEngineAnswer(number: 3, response: response)
        #expect(try VolumeEngineCodec.decodeAnswer(try VolumeEngineCodec.encode(answer)) == answer)
    }

    @Test func truncatedAndChangedCallsAreRefusedInWords() throws {
        let bytes = try VolumeEngineCodec.encode(VolumeEngineCall(number: 1, request: .order(.promote(.ordinary))))
        for length in 0..<bytes.count {
            #expect(throws: ControlCodecFailure.self) { try VolumeEngineCodec.decodeCall([UInt8](bytes[..<length])) }
        }
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            var noise = bytes
            noise[Int.random(in: 0..<noise.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            // Either a call or a reason; never a crash.
            _ = try? VolumeEngineCodec.decodeCall(noise)
        }
    }
}
