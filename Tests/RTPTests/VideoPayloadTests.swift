import RTP
import Testing

private let frame = PayloadInspection(startsFrame: true, startsKeyFrame: false)
private let keyFrame = PayloadInspection(startsFrame: true, startsKeyFrame: true)

@Suite("VP8 payloads (RFC 7741 §4.2)")
struct VP8PayloadTests {
    @Test(
        arguments: [
            ([0x10, 0x00], keyFrame), ([0x10, 0x01], frame), ([0x30, 0x01], frame),
            // A later partition, and the middle of the first one.
            ([0x11, 0x00], .continuation), ([0x00, 0x00], .continuation),
            // 7 and 15 bits of picture number; all fields.
            ([0x90, 0x80, 0x05, 0x00], keyFrame), ([0x90, 0x80, 0x85, 0x01, 0x00], keyFrame),
            ([0x90, 0xF0, 0x85, 0x01, 0x07, 0x60, 0x01], frame),
            // TL0PICIDX alone, temporal layer alone, KEYIDX alone, extension byte alone.
            ([0x90, 0x40, 0x07, 0x00], keyFrame), ([0x90, 0x20, 0x40, 0x00], keyFrame),
            ([0x90, 0x10, 0x01, 0x00], keyFrame), ([0x90, 0x00, 0x00], keyFrame),
        ] as [([UInt8], PayloadInspection)]
    )
    func `finds the first packet of a frame`(payload: [UInt8], expected: PayloadInspection) {
        #expect(inspect(payload, .vp8) == expected)
        for count in 0..<payload.count {
            #expect(inspect(Array(payload.prefix(count)), .vp8) == .continuation)
        }
    }

    @Test func `reads every field`() throws {
        let read = { (bytes: [UInt8]) in VP8Payload(parsing: bytes.span) }
        let payload = try #require(read([0xB3, 0xF0, 0x92, 0x34, 0x56, 0xA7, 0xFF]))
        #expect(payload.isNonReference)
        #expect(payload.startsPartition)
        #expect(payload.partitionIndex == 3)
        #expect(payload.pictureID == 0x1234)
        #expect(payload.baseLayerIndex == 0x56)
        #expect(payload.temporalLayer == 2)
        #expect(payload.length == 6)
        #expect(!payload.startsFrame)
        #expect(try #require(read([0x90, 0x10, 0xC1, 0x00])).temporalLayer == nil)
    }
}

@Suite("VP9 payloads (RFC 9628 §4.2)")
struct VP9PayloadTests {
    @Test(
        arguments: [
            ([0x08, 0xFF], keyFrame), ([0x48, 0xFF], frame), ([0x0C, 0xFF], keyFrame),
            ([0x00, 0xFF], .continuation), ([0x44, 0xFF], .continuation),
            // Picture number of 7 and 15 bits.
            ([0x88, 0x05, 0xFF], keyFrame), ([0x88, 0x85, 0x01, 0xFF], keyFrame),
            // Layers with TL0PICIDX; the second spatial layer begins no picture.
            ([0xA8, 0x85, 0x01, 0x00, 0x07, 0xFF], keyFrame), ([0xE8, 0x85, 0x01, 0x20, 0x07, 0xFF], frame),
            ([0xA8, 0x85, 0x01, 0x03, 0x07, 0xFF], .continuation),
            // Flexible mode: no TL0PICIDX, up to three references.
            ([0xB8, 0x05, 0x00, 0xFF], keyFrame), ([0xD8, 0x05, 0x02, 0xFF], frame),
            ([0xF8, 0x05, 0x00, 0x03, 0x05, 0x02, 0xFF], frame),
            // A scalability structure of one layer with size, and of a group of two pictures.
            ([0x8A, 0x05, 0x10, 0x05, 0x00, 0x02, 0xD0, 0xFF], keyFrame),
            ([0x8A, 0x05, 0x08, 0x02, 0x04, 0x01, 0x08, 0x01, 0x02, 0xFF], keyFrame),
        ] as [([UInt8], PayloadInspection)]
    )
    func `finds the first packet of a picture`(payload: [UInt8], expected: PayloadInspection) {
        #expect(inspect(payload, .vp9) == expected)
        for count in 0..<payload.count {
            #expect(inspect(Array(payload.prefix(count)), .vp9) == .continuation)
        }
    }

    @Test func `refuses a fourth reference`() {
        #expect(inspect([0xD8, 0x05, 0x03, 0x03, 0x03, 0x02, 0xFF], .vp9) == .continuation)
    }

    @Test func `reads layers`() throws {
        let read = { (bytes: [UInt8]) in VP9Payload(parsing: bytes.span) }
        let payload = try #require(read([0xEC, 0x92, 0x34, 0x47, 0x09, 0xFF]))
        #expect(payload.isInterPredicted)
        #expect(payload.startsLayerFrame)
        #expect(payload.endsLayerFrame)
        #expect(payload.pictureID == 0x1234)
        #expect(payload.temporalLayer == 2)
        #expect(payload.spatialLayer == 3)
        #expect(payload.isInterLayerPredicted)
        #expect(payload.length == 5)
    }
}

@Suite("H.264 payloads (RFC 6184 §5)")
struct H264PayloadTests {
    @Test(
        arguments: [
            // A slice with the first macroblock, and one with a later one.
            ([0x41, 0x9A], frame), ([0x41, 0x3A], .continuation),
            // Parameter sets, delimiter, supplemental information; a key slice needs the sets before it.
            ([0x67, 0x42], keyFrame), ([0x68, 0xCE], frame), ([0x09, 0x10], frame), ([0x06, 0x05], frame),
            ([0x65, 0x88], frame), ([0x65, 0x08], .continuation),
            // Aggregated: sets and a key slice; a delimiter and sets; two slices of which the first is not.
            ([0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xCE, 0, 2, 0x65, 0x88], keyFrame),
            ([0x18, 0, 2, 0x09, 0x10, 0, 2, 0x67, 0x42], keyFrame),
            ([0x58, 0, 2, 0x41, 0x9A, 0, 2, 0x41, 0x3A], frame),
            ([0x58, 0, 2, 0x41, 0x3A, 0, 2, 0x67, 0x42], .continuation),
            // Fragments: the first of a key slice, a middle, the first of a slice and of a later slice.
            ([0x7C, 0x85, 0x88], frame), ([0x7C, 0x05, 0x88], .continuation),
            ([0x7C, 0x45, 0x88], .continuation),
            ([0x5C, 0x81, 0x9A], frame), ([0x5C, 0x81, 0x1A], .continuation), ([0x7C, 0x87, 0x42], keyFrame),
            // Types that are not negotiated: STAP-B, MTAP, FU-B; filler.
            ([0x59, 0, 1, 0, 2, 0x67, 0x42], .continuation), ([0x5D, 0x87, 0, 1, 0x42], .continuation),
            ([0x0C, 0xFF], .continuation), ([0x00, 0x80], .continuation), ([0x1F, 0x80], .continuation),
        ] as [([UInt8], PayloadInspection)]
    )
    func `finds the first packet of a frame`(payload: [UInt8], expected: PayloadInspection) {
        #expect(inspect(payload, .h264) == expected)
    }

    @Test(
        arguments: [
            [], [0x67], [0x41], [0x78], [0x78, 0], [0x78, 0, 2, 0x67], [0x78, 0, 0, 0x67, 0x42],
            [0x78, 0, 2, 0x67, 0x42, 0], [0x78, 0, 2, 0x67, 0x42, 0, 9, 0x68], [0x7C], [0x7C, 0x87],
            [0x78, 0, 1, 0x67],
        ] as [[UInt8]]
    )
    func `finds nothing in a malformed one`(payload: [UInt8]) {
        #expect(inspect(payload, .h264) == .continuation)
    }
}

@Suite("AV1 payloads (RTP Payload Format For AV1 §4.4)")
struct AV1PayloadTests {
    @Test(
        arguments: [
            // A sequence header and a frame, with one length; a new sequence or not.
            ([0x28, 2, 0x08, 0xAA, 0x30, 0xBB], keyFrame), ([0x20, 2, 0x08, 0xAA, 0x30, 0xBB], frame),
            // One unit fills the packet: frame, frame header, metadata, temporal delimiter, tile group.
            ([0x10, 0x30, 0xBB], frame), ([0x10, 0x18, 0xBB], frame), ([0x10, 0x28, 0xBB], frame),
            ([0x10, 0x10], frame), ([0x10, 0x20, 0xBB], .continuation), ([0x10, 0x78, 0xBB], .continuation),
            // Each unit with its length, also of two bytes.
            ([0x08, 2, 0x08, 0xAA, 1, 0x30], keyFrame), ([0x08, 0x82, 0x00, 0x08, 0xAA], keyFrame),
            // With an extension byte behind the header of the unit.
            ([0x10, 0x34, 0x00, 0xBB], frame),
            // It continues a unit.
            ([0x90, 0x30, 0xBB], .continuation), ([0xD8, 0x08, 0xBB], .continuation),
        ] as [([UInt8], PayloadInspection)]
    )
    func `finds the first packet of a frame`(payload: [UInt8], expected: PayloadInspection) {
        #expect(inspect(payload, .av1) == expected)
    }

    @Test(
        arguments: [
            [], [0x08], [0x18], [0x08, 0], [0x08, 0, 0x08], [0x08, 3, 0x08, 0xAA], [0x08, 0x80],
            [0x08, 0x82, 0x80],
            [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0x08], [0x18, 0x88, 0xAA],
        ] as [[UInt8]]
    )
    func `finds nothing in a malformed one`(payload: [UInt8]) {
        #expect(inspect(payload, .av1) == .continuation)
    }

    @Test func `reads the aggregation header`() throws {
        let read = { (bytes: [UInt8]) in AV1Payload(parsing: bytes.span) }
        let payload = try #require(read([0b1110_1000, 0]))
        #expect(payload.continuesUnit)
        #expect(payload.isContinued)
        #expect(payload.unitCount == 2)
        #expect(payload.startsSequence)
    }
}
