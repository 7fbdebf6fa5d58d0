import RTP
import Testing

@testable import Recorder

@Suite("Depacketizing H.264 (RFC 6184)")
struct H264DepacketizerTests {
    private static let sps = H264Sample().unit
    private static let pps: [UInt8] = [0x68, 0xCE, 0x3C]
    private static let idr: [UInt8] = [0x65, 0x88, 1, 2, 3, 4, 5, 6]
    private static let slice: [UInt8] = [0x41, 0x9A, 1, 2]
    private static let laterSlice: [UInt8] = [0x41, 0x3A, 3]
    private static let delimiter: [UInt8] = [0x09, 0x10]
    private static let whole = stored([sps, pps, idr])

    /// As in a file.
    private static func stored(_ units: [[UInt8]]) -> [UInt8] {
        units.flatMap { [0, 0, 0, UInt8($0.count)] + $0 }
    }

    /// Several units in a packet.
    private static func aggregated(_ units: [[UInt8]]) -> [UInt8] {
        units.reduce([0x78]) { $0 + [0, UInt8($1.count)] + $1 }
    }

    /// A unit in packets of so many bytes.
    private static func fragmented(_ unit: [UInt8], _ length: Int) -> [[UInt8]] {
        stride(from: 1, to: unit.count, by: length)
            .map { start in
                let end = min(start + length, unit.count)
                let flags: UInt8 = (start == 1 ? 0x80 : 0) | (end == unit.count ? 0x40 : 0)
                return [unit[0] & 0x60 | 28, flags | unit[0] & 0x1F] + unit[start..<end]
            }
    }

    /// Ways to send parameter sets and a key slice.
    private static let ways: [[[UInt8]]] = [
        [sps, pps, idr], [aggregated([sps, pps]), idr], [aggregated([sps, pps, idr])],
        [aggregated([sps, pps])] + fragmented(idr, 3),
        [sps, pps] + fragmented(idr, 1),
        fragmented(sps, 4) + [pps] + fragmented(idr, 4),
        // All in one fragment, as it must not be.
        [sps, pps] + fragmented(idr, 99),
        // Delimiters and filler data; types to be ignored.
        [delimiter, aggregated([sps, pps]), idr, [0x0C, 0xFF, 0x80]],
        [aggregated([delimiter, sps, pps, [0x0C, 0xFF], idr])],
        [sps, pps, [0x00, 1], [0x1E, 2], [0x1F], idr],
    ]

    @Test(arguments: ways)
    func `puts a key frame together`(payloads: [[UInt8]]) throws {
        var depacketizer = H264Depacketizer()
        let picture = try #require(depacketizer.take(payloads).picture)
        #expect(picture.bytes == Self.whole)
        #expect(picture.isKeyFrame)
        #expect(picture.size == PictureSize(width: 64, height: 48))
        #expect(picture.configuration == .h264(sps: Self.sps, pps: [Self.pps]))
    }

    @Test func `keeps slices and other units of a frame`() {
        var depacketizer = H264Depacketizer()
        let supplement: [UInt8] = [0x06, 5, 1, 0x80]
        let outcome = depacketizer.take([Self.delimiter, supplement, Self.slice, Self.laterSlice])
        let expected = Picture(
            bytes: Self.stored([supplement, Self.slice, Self.laterSlice]),
            isKeyFrame: false
        )
        #expect(outcome.picture == expected)
    }

    @Test func `puts the newest parameter sets before a key frame that comes without them`() throws {
        var depacketizer = H264Depacketizer()
        // Sets alone are no frame, but are kept.
        #expect(depacketizer.take([Self.sps]) == .frame(.nothing))
        #expect(depacketizer.take([Self.idr]).picture?.isKeyFrame == false)
        #expect(depacketizer.take([Self.pps]) == .frame(.nothing))
        #expect(depacketizer.take([Self.idr]).picture?.bytes == Self.whole)
        let renewed: [UInt8] = [0x68, 0xCE, 0x3D]
        #expect(depacketizer.take([renewed, Self.slice]).picture?.isKeyFrame == false)
        let picture = try #require(depacketizer.take([[0x06, 1, 2], Self.idr]).picture)
        #expect(picture.bytes == Self.stored([Self.sps, renewed, [0x06, 1, 2], Self.idr]))
        #expect(picture.configuration == .h264(sps: Self.sps, pps: [renewed]))
        // Only the one that is missing.
        let half = depacketizer.take([[0x06, 1, 2], Self.sps, Self.idr])
        #expect(half.picture?.bytes == Self.stored([[0x06, 1, 2], Self.sps, renewed, Self.idr]))
        let other = depacketizer.take([Self.pps, Self.idr])
        #expect(other.picture?.bytes == Self.whole)
    }

    @Test func `keeps picture parameter sets by their numbers, and drops them with their sequence's`() {
        var depacketizer = H264Depacketizer()
        // Numbers 1 and 0.
        let first: [UInt8] = [0x68, 0b0101_1000]
        _ = depacketizer.take([Self.sps, first, Self.pps])
        let both = Self.stored([Self.sps, Self.pps, first, Self.idr])
        #expect(depacketizer.take([Self.idr]).picture?.bytes == both)
        // The same again changes nothing.
        #expect(depacketizer.take([Self.sps, Self.idr]).picture?.isKeyFrame == true)
        let changed = H264Sample(columns: 8).unit
        #expect(depacketizer.take([changed, Self.idr]).picture?.isKeyFrame == false)
        let picture = depacketizer.take([changed, Self.pps, Self.idr]).picture
        #expect(picture?.size == PictureSize(width: 128, height: 48))
        #expect(picture?.configuration == .h264(sps: changed, pps: [Self.pps]))
    }

    @Test func `keeps so many picture parameter sets at most`() throws {
        var depacketizer = H264Depacketizer()
        var units: [[UInt8]] = []
        for number: UInt64 in 0..<20 {
            var writer = BitWriter()
            writer.code(number)
            writer.put(1, 1)
            units.append([0x68] + writer.bytes)
        }
        _ = depacketizer.take([Self.sps] + units)
        units.removeFirst(20 - H264ParameterSets.mostPictureSets)
        let picture = try #require(depacketizer.take([Self.idr]).picture)
        #expect(picture.configuration == .h264(sps: Self.sps, pps: units))
    }

    @Test func `does not take sets from memory if those of the frame may be lost`() {
        var depacketizer = H264Depacketizer()
        _ = depacketizer.take([Self.sps, Self.pps, Self.idr])
        #expect(depacketizer.take([Self.idr], isStartKnown: false) == .frame(.damaged))
        // This sender leaves them out.
        #expect(depacketizer.take([Self.idr]).picture?.bytes == Self.whole)
        #expect(depacketizer.take([Self.idr], isStartKnown: false).picture?.bytes == Self.whole)
        #expect(depacketizer.take([Self.sps, Self.pps, Self.idr], isStartKnown: false).picture != nil)
    }

    private static let failures: [([[UInt8]], Outcome)] = [
        // The first slice, or the first fragment, is missing.
        ([laterSlice], .refused(.misplaced, at: 0)), ([[0x65, 0x08]], .refused(.misplaced, at: 0)),
        ([[0x7C, 0x05, 1]], .refused(.misplaced, at: 0)),
        // A fragment without beginning, without end, of another unit, within which a unit comes.
        ([slice, [0x5C, 0x01, 1]], .refused(.malformed, at: 1)),
        ([[0x5C, 0x81, 0x9A, 1]], .frame(.damaged)),
        ([[0x5C, 0x81, 0x9A], [0x5C, 0x81, 0x9A]], .refused(.malformed, at: 1)),
        ([[0x5C, 0x81, 0x9A], [0x7C, 0x45, 1]], .refused(.malformed, at: 1)),
        ([[0x5C, 0x81, 0x9A], slice], .refused(.malformed, at: 1)),
        ([[0x5C, 0x81]], .refused(.malformed, at: 0)), ([[0x5C]], .refused(.malformed, at: 0)),
        // A forbidden bit; a slice without header; sets that cannot be read.
        ([[0xC1, 0x9A]], .refused(.malformed, at: 0)), ([[0x41]], .refused(.malformed, at: 0)),
        ([[0x67, 66, 0]], .refused(.malformed, at: 0)), ([[0x68]], .refused(.malformed, at: 0)),
        // Several in one: cut off, empty, of packets.
        ([[0x78]], .refused(.malformed, at: 0)), ([[0x78, 0]], .refused(.malformed, at: 0)),
        ([[0x78, 0, 5] + slice], .refused(.malformed, at: 0)),
        ([[0x78, 0, 0]], .refused(.malformed, at: 0)),
        ([[0x78, 0, 2, 0x7C, 0x85]], .refused(.malformed, at: 0)),
        // STAP-B, MTAP16, MTAP24, FU-B.
        ([[0x19, 0, 0, 0, 4] + slice], .refused(.unsupported, at: 0)),
        ([[0x1A, 0, 0]], .refused(.unsupported, at: 0)), ([[0x1B, 0, 0]], .refused(.unsupported, at: 0)),
        ([[0x1D, 0x81, 0, 0]], .refused(.unsupported, at: 0)),
        // Nothing to show.
        ([delimiter], .frame(.nothing)), ([[0x06, 5, 1]], .frame(.nothing)),
    ]

    @Test(arguments: failures)
    func `gives up access units`(payloads: [[UInt8]], expected: Outcome) {
        var depacketizer = H264Depacketizer()
        #expect(depacketizer.take(payloads) == expected)
        #expect(depacketizer.byteCount == 0)
        #expect(depacketizer.take([Self.sps, Self.pps, Self.idr]).picture?.bytes == Self.whole)
    }
}
