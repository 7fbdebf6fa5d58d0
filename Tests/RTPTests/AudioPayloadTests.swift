import RTP
import TestSupport
import Testing

@Suite("Opus and redundant audio (RFC 7587, RFC 2198)")
struct AudioPayloadTests {
    private let both = PayloadInspection(startsFrame: true, startsKeyFrame: true)

    @Test func `begins with any packet of Opus`() {
        #expect(inspect([0xFC], .opus) == both)
        #expect(inspect([], .opus) == .continuation)
    }

    private func primary(_ payload: [UInt8]) -> [Int]? {
        guard let (type, range) = REDPayload.primaryBlock(in: payload.span) else { return nil }
        return [Int(type), range.lowerBound, range.upperBound]
    }

    @Test func `finds the newest block behind the older ones`() {
        #expect(primary([111, 7, 8]) == [111, 1, 3])
        // An older block of two bytes, 960 units before.
        let one: [UInt8] = [0x80 | 111, 0x0F, 0x00, 0x02, 111, 1, 2, 7, 8, 9]
        #expect(primary(one) == [111, 7, 10])
        let two: [UInt8] = [0x80 | 111, 0x1E, 0x00, 0x01, 0x80 | 111, 0x0F, 0x00, 0x00, 111, 1, 7]
        #expect(primary(two) == [111, 10, 11])
        #expect(inspect(one, .red) == both)
    }

    @Test func `finds nothing where headers or blocks do not fit`() {
        let one: [UInt8] = [0x80 | 111, 0x0F, 0x00, 0x02, 111, 1, 2, 7]
        for count in 0..<one.count {
            #expect(primary(Array(one.prefix(count))) == nil)
            #expect(inspect(Array(one.prefix(count)), .red) == .continuation)
        }
        #expect(primary(one) == [111, 7, 8])
    }

    @Test func `gives up on more blocks than anyone sends`() {
        let older = (0..<17).flatMap { _ in [0xEF, 0, 0, 0] as [UInt8] }
        #expect(primary(Array(older.dropFirst(4)) + [111, 7]) == [111, 65, 66])
        #expect(primary(older + [111, 7]) == nil)
    }

    @Test func `knows codecs by their names in SDP`() {
        #expect(Codec(encodingName: "vp8") == .vp8)
        #expect(Codec(encodingName: "OPUS") == .opus)
        #expect(Codec(encodingName: "H264") == .h264)
        #expect(Codec(encodingName: "ulpfec") == nil)
        #expect(Codec.allCases.filter(\.isAudio) == [.opus, .red])
        #expect(Codec.opus.clockRate == 48_000)
        #expect(Codec.av1.clockRate == 90_000)
        #expect(Codec.av1.isVideo)
    }
}

@Suite("Payloads of any content")
struct AnyPayloadTests {
    @Test(arguments: Codec.allCases)
    func `survive inspection`(codec: Codec) {
        var generator = SplitMix64(seed: 7)
        for first in UInt8.min...UInt8.max {
            for count in 0..<24 {
                let finding = inspect([first] + generator.bytes(count), codec)
                #expect(finding.startsFrame || !finding.startsKeyFrame)
            }
        }
    }
}
