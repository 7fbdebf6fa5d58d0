import RTP
import Testing

@testable import Recorder

@Suite("Depacketizing AV1 (RTP Payload Format For AV1)")
struct AV1DepacketizerTests {
    private static let sequence = AV1Sample().sequenceHeader
    private static let key = AV1Sample.keyFrame
    private static let inter = AV1Sample.frame
    private static let metadata: [UInt8] = [0x28, 1, 2, 3]
    private static let head = Array(sequence.prefix(3))
    private static let tail = Array(sequence.dropFirst(3))
    private static let whole = AV1Sample.sized(sequence) + AV1Sample.sized(key)

    /// An element behind its length.
    private static func counted(_ element: [UInt8]) -> [UInt8] { [UInt8(element.count)] + element }

    /// Ways to send a sequence header and a key frame.
    private static let ways: [[[UInt8]]] = [
        // Two elements, of which the second has no length; each with its length; each in a packet.
        [[0x28] + counted(sequence) + key],
        [[0x08] + counted(sequence) + counted(key)],
        [[0x18] + sequence, [0x10] + key],
        [[0x08] + counted(sequence), [0x00] + counted(key)],
        // A length of two bytes; the units have their own lengths.
        [[0x28, UInt8(sequence.count) | 0x80, 0] + sequence + key],
        [[0x28] + counted(AV1Sample.sized(sequence)) + AV1Sample.sized(key)],
        // The frame in two and three packets, with lengths and without; the sequence header too.
        [[0x68] + counted(sequence) + key.prefix(1), [0x90] + key.dropFirst()],
        [[0x48] + counted(sequence) + [1, key[0]], [0xC0, 2, key[1], key[2]], [0x80, 1, key[3]]],
        [[0x58] + head, [0xA0] + counted(tail) + key],
        [[0x58] + head, [0xE0] + counted(tail) + key.prefix(2), [0xD0, key[2]], [0x90, key[3]]],
        // With a temporal delimiter, padding, a tile list, and an element without bytes.
        [[0x38, 1, 0x10] + counted(sequence) + key],
        [[0x28] + counted(sequence) + key, [0x10, 0x78, 0, 0]],
        [[0x38, 2, 0x40, 1] + counted(sequence) + key],
        [[0x08, 0] + counted(sequence) + counted(key)],
    ]

    @Test(arguments: ways)
    func `puts a key frame together`(payloads: [[UInt8]]) throws {
        var depacketizer = AV1Depacketizer()
        let picture = try #require(depacketizer.take(payloads).picture)
        #expect(picture.bytes == Self.whole)
        #expect(picture.isKeyFrame)
        #expect(picture.size == PictureSize(width: 1_280, height: 720))
        guard case .av1(let configuration) = picture.configuration else {
            Issue.record("no configuration")
            return
        }
        #expect(configuration.header == [0x81, 5, 0x0C, 0])
        #expect(configuration.sequenceHeader == AV1Sample.sized(Self.sequence))
        #expect(depacketizer.take([[0x10] + Self.inter]).picture?.isKeyFrame == false)
    }

    @Test func `keeps the units of several layers in one temporal unit`() throws {
        var depacketizer = AV1Depacketizer()
        let base: [UInt8] = [0x34, 0x00, 0b0001_0000, 1]
        let upper: [UInt8] = [0x34, 0x08, 0b0011_0000, 2]
        let picture = try #require(
            depacketizer.take([
                [0x38] + Self.counted(Self.sequence) + Self.counted(Self.metadata) + base, [0x10] + upper,
            ])
            .picture
        )
        #expect(
            picture.bytes == AV1Sample.sized(Self.sequence) + AV1Sample.sized(Self.metadata)
                + [0x36, 0x00, 2, 0b0001_0000, 1, 0x36, 0x08, 2, 0b0011_0000, 2]
        )
        #expect(picture.isKeyFrame)
    }

    /// Temporal units, and whether they are key frames.
    private static let units: [([UInt8], Bool)] = [
        ([0x28] + counted(sequence) + key, true), ([0x28] + counted(sequence) + inter, false),
        // A key frame without sequence header, one that is not shown, one that is not the first.
        ([0x10] + key, false), ([0x28] + counted(sequence) + [0x30, 0], false),
        ([0x38] + counted(sequence) + counted(inter) + key, false),
        // A frame header with the tiles elsewhere.
        ([0x38] + counted(sequence) + [2, 0x18, 0b0001_0000, 0x20, 7], true),
    ]

    @Test(arguments: units)
    func `takes for a key frame what decoding can begin with`(payload: [UInt8], isKeyFrame: Bool) throws {
        var depacketizer = AV1Depacketizer()
        let picture = try #require(depacketizer.take([payload]).picture)
        #expect(picture.isKeyFrame == isKeyFrame)
        #expect((picture.configuration != nil) == isKeyFrame)
        // A sequence header that came before is no help.
        #expect(depacketizer.take([[0x10] + Self.key]).picture?.isKeyFrame == false)
    }

    private static let failures: [([[UInt8]], Outcome)] = [
        // The beginning is missing; a unit goes on that had ended; one ends that goes on.
        ([[0x90] + key], .refused(.misplaced, at: 0)),
        ([[0x10] + key, [0x90, 1]], .refused(.malformed, at: 1)),
        ([[0x50] + key, [0x10] + inter], .refused(.malformed, at: 1)),
        ([[0x50] + key], .frame(.damaged)),
        // Fewer elements than said, or longer ones; nothing.
        ([[0x20, 4] + key], .refused(.malformed, at: 0)),
        ([[0x20, 5] + key], .refused(.malformed, at: 0)), ([[0x00, 0x80]], .refused(.malformed, at: 0)),
        ([[0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]], .refused(.malformed, at: 0)),
        ([[0x10]], .refused(.malformed, at: 0)),
        // Units that cannot be read: a forbidden bit, a length, a sequence header.
        ([[0x10, 0xB0, 1]], .refused(.malformed, at: 0)),
        ([[0x10, 0x32, 9, 1]], .refused(.malformed, at: 0)),
        ([[0x18] + sequence.prefix(6)], .refused(.malformed, at: 0)),
        // Nothing to show.
        ([[0x18] + sequence], .frame(.nothing)), ([[0x10, 0x10]], .frame(.nothing)),
    ]

    @Test(arguments: failures)
    func `gives up temporal units`(payloads: [[UInt8]], expected: Outcome) {
        var depacketizer = AV1Depacketizer()
        #expect(depacketizer.take(payloads) == expected)
        #expect(depacketizer.byteCount == 0)
        let next = depacketizer.take([[0x28] + Self.counted(Self.sequence) + Self.key])
        #expect(next.picture?.bytes == Self.whole)
    }
}
