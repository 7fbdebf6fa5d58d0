import RTP
import Testing

@testable import Recorder

@Suite("Depacketizing VP9 (RFC 9628)")
struct VP9DepacketizerTests {
    private static let key = VP9Sample.keyFrame()
    private static let inter = VP9Sample.frame()
    private static let upper = VP9Sample.frame(size: (128, 96))

    @Test func `strips descriptors`() throws {
        var depacketizer = VP9Depacketizer()
        let outcome = depacketizer.take([
            // The first has a scalability structure, the last ends the layer's frame.
            [0xAA, 0x85, 0x01, 0x00, 0x07, 0x10, 0, 64, 0, 48] + Self.key[..<4],
            [0x80, 0x85, 0x01] + Self.key[4..<8], [0x04] + Self.key[8...],
        ])
        let picture = try #require(outcome.picture)
        #expect(picture.bytes == Self.key)
        #expect(picture.isKeyFrame)
        #expect(picture.size == PictureSize(width: 64, height: 48))
        #expect(picture.configuration?.record == [0, 10, 0x82, 2, 2, 1, 0, 0])
        let next = depacketizer.take([[0x4C] + Self.inter])
        #expect(next.picture == Picture(bytes: Self.inter, isKeyFrame: false))
    }

    @Test func `makes a superframe of several layers, of the size of the last`() throws {
        var depacketizer = VP9Depacketizer()
        let top = VP9Sample.frame(size: (256, 192))
        let outcome = depacketizer.take([
            [0x28, 0x00, 0x07] + Self.key[..<5], [0x24, 0x00, 0x07] + Self.key[5...],
            [0x2C, 0x03, 0x07] + Self.upper, [0x2C, 0x05, 0x07] + top,
        ])
        let picture = try #require(outcome.picture)
        let sizes = [Self.key.count, Self.upper.count, top.count]
        let index = [0xC2] + sizes.map { UInt8($0) } + [0xC2]
        #expect(picture.bytes == Self.key + Self.upper + top + index)
        #expect(picture.isKeyFrame)
        #expect(picture.size == PictureSize(width: 256, height: 192))
        // An upper layer of the same size refers to the lower one for it.
        let same = depacketizer.take([[0x2C, 0x00, 0x07] + Self.key, [0x2C, 0x03, 0x07] + Self.inter])
        #expect(same.picture?.size == PictureSize(width: 64, height: 48))
    }

    @Test func `takes the index of a layer apart, and leaves that of a single layer`() throws {
        var hidden = Self.key + Self.inter
        VP9SuperframeIndex.append(sizes: [Self.key.count, Self.inter.count], to: &hidden)
        var depacketizer = VP9Depacketizer()
        #expect(depacketizer.take([[0x0C] + hidden]).picture?.bytes == hidden)
        let picture = try #require(
            depacketizer.take([[0x2C, 0x00, 0x07] + hidden, [0x2C, 0x03, 0x07] + Self.upper]).picture
        )
        let sizes = [Self.key.count, Self.inter.count, Self.upper.count]
        #expect(VP9SuperframeIndex.sizes(of: picture.bytes[...]) == sizes)
        #expect(picture.bytes.starts(with: Self.key + Self.inter + Self.upper))
    }

    @Test func `believes the frame header, not the descriptor, about key frames`() {
        var depacketizer = VP9Depacketizer()
        #expect(depacketizer.take([[0x0C] + VP9Sample.intraOnly]).picture?.isKeyFrame == false)
        #expect(depacketizer.take([[0x0C] + Self.inter]).picture?.isKeyFrame == false)
        #expect(depacketizer.take([[0x4C] + Self.key]).picture?.isKeyFrame == true)
    }

    @Test(
        arguments: [
            // Not the first packet; the first layer is missing.
            ([[0x04] + inter], .refused(.misplaced, at: 0)),
            ([[0x2C, 0x03, 0x07] + upper], .refused(.misplaced, at: 0)),
            ([[0x0C]], .refused(.malformed, at: 0)), ([[0x0C, 0x00]], .frame(.damaged)),
            ([[0x0C] + key.prefix(8)], .frame(.damaged)),
            // More layers than there can be.
            (Array(repeating: [0x2C, 0x00, 0x07] + inter, count: 9), .refused(.malformed, at: 8)),
        ] as [([[UInt8]], Outcome)]
    )
    func `gives up pictures`(payloads: [[UInt8]], expected: Outcome) {
        var depacketizer = VP9Depacketizer()
        #expect(depacketizer.take(payloads) == expected)
        #expect(depacketizer.byteCount == 0)
        #expect(depacketizer.take([[0x0C] + Self.key]).picture?.bytes == Self.key)
    }

    @Test func `gives up layers with more frames than a superframe has`() {
        var layer = Self.inter + Self.inter
        VP9SuperframeIndex.append(sizes: [Self.inter.count, Self.inter.count], to: &layer)
        var depacketizer = VP9Depacketizer()
        let payloads = (0..<5).map { number -> [UInt8] in [0x2C, UInt8(number) << 1, 0x07] + layer }
        #expect(depacketizer.take(Array(payloads.prefix(4))).picture != nil)
        #expect(depacketizer.take(payloads) == .frame(.damaged))
    }
}
