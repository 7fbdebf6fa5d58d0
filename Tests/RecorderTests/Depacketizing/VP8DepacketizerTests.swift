import RTP
import Testing

@testable import Recorder

@Suite("Depacketizing VP8 (RFC 7741)")
struct VP8DepacketizerTests {
    @Test func `strips every kind of descriptor`() throws {
        var depacketizer = VP8Depacketizer()
        let frame = VP8Sample.keyFrame(body: Array(0..<40))
        let outcome = depacketizer.take([
            [0x90, 0xF0, 0x92, 0x34, 0x56, 0xA7] + frame[..<12], [0x80, 0x80, 0x12] + frame[12..<20],
            [0x00] + frame[20..<30],
            // Another partition.
            [0x91, 0x20, 0x40] + frame[30...],
        ])
        let picture = try #require(outcome.picture)
        #expect(picture.bytes == frame)
        #expect(picture.isKeyFrame)
        #expect(picture.configuration == .vp8)
        #expect(picture.size == PictureSize(width: 64, height: 48))
        let next = try #require(depacketizer.take([[0x10] + VP8Sample.frame()]).picture)
        #expect(next == Picture(bytes: VP8Sample.frame(), isKeyFrame: false))
    }

    @Test(
        arguments: [
            ([[0x00] + VP8Sample.frame()], .refused(.misplaced, at: 0)),
            ([[0x11] + VP8Sample.frame()], .refused(.misplaced, at: 0)),
            ([[0x10] + VP8Sample.frame(), [0x00]], .refused(.malformed, at: 1)),
            ([[0x90, 0x80, 0x80]], .refused(.malformed, at: 0)),
            ([[0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2B, 64, 0, 48, 0]], .frame(.damaged)),
            ([[0x10, 0x11]], .frame(.damaged)),
        ] as [([[UInt8]], Outcome)]
    )
    func `gives up frames`(payloads: [[UInt8]], expected: Outcome) {
        var depacketizer = VP8Depacketizer()
        #expect(depacketizer.take(payloads) == expected)
        #expect(depacketizer.byteCount == 0)
        #expect(depacketizer.take([[0x10] + VP8Sample.keyFrame()]).picture?.isKeyFrame == true)
    }
}
