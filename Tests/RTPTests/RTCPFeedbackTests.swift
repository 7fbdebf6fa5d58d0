import RTP
import Testing

@Suite("NACK, FIR and REMB on the wire")
struct RTCPFeedbackTests {
    @Test func `packs lost packets into masks across the wrap (RFC 4585 §6.2.1)`() {
        let request = GenericNACK(sender: 1, media: 2, sequenceNumbers: [65_535, 0, 15, 16, 17])
        #expect(
            written(.nack(request)) == [
                0x81, 205, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2,
                0xFF, 0xFF, 0x80, 0x01,
                0x00, 0x10, 0x00, 0x01,
            ]
        )
    }

    @Test func `asks once for a number that is given twice`() throws {
        let request = GenericNACK(sender: 1, media: 2, sequenceNumbers: [5, 5, 6, 6])
        #expect(
            try readOne(written(.nack(request)))
                == .nack(GenericNACK(sender: 1, media: 2, sequenceNumbers: [5, 6]))
        )
    }

    @Test func `keeps numbers that do not ascend`() throws {
        let numbers: [UInt16] = [100, 50, 51, 40_000, 1]
        let request = GenericNACK(sender: 1, media: 2, sequenceNumbers: numbers)
        #expect(try readOne(written(.nack(request))) == .nack(request))
    }

    @Test func `writes nothing where nothing is lost`() {
        #expect(written(.nack(GenericNACK(sender: 1, media: 2, sequenceNumbers: []))).isEmpty)
    }

    @Test func `reads and writes no more lost packets than the limit`() throws {
        let all = GenericNACK(sender: 1, media: 2, sequenceNumbers: Array(0..<5_000))
        let limited = GenericNACK(
            sender: 1,
            media: 2,
            sequenceNumbers: Array(0..<UInt16(GenericNACK.maximumCount))
        )
        #expect(written(.nack(all)) == written(.nack(limited)))

        let masks = (0..<300).flatMap { _ in [0, 7, 0xFF, 0xFF] as [UInt8] }
        let bytes: [UInt8] = [0x81, 205, 1, 46, 0, 0, 0, 1, 0, 0, 0, 2] + masks
        guard case .nack(let read) = try readOne(bytes) else {
            Issue.record("not a NACK")
            return
        }
        #expect(read.sequenceNumbers.count == 60 * 17)
    }

    @Test func `reads a command without a media source (RFC 5104 §4.3.1)`() throws {
        let bytes: [UInt8] = [0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 9, 0, 0, 0]
        let request = FullIntraRequest(sender: 1, entries: [.init(ssrc: 2, sequenceNumber: 9)])
        #expect(try readOne(bytes) == .fullIntraRequest(request))
        #expect(written(.fullIntraRequest(request)) == bytes)
    }

    @Test(arguments: [
        (0, 0), (1, 1), (262_143, 262_143), (262_144, 262_144), (262_145, 262_144),
        (8_927_168, 8_927_168), (30_000_001, 30_000_000), (-5, 0), (Int.max, 0x3FFF_F << 45),
    ])
    func `keeps 18 significant bits of a bitrate`(bitrate: Int, expected: Int) throws {
        let estimate = ReceiverEstimatedMaximumBitrate(sender: 1, bitrateBps: bitrate, ssrcs: [2])
        #expect(
            try readOne(written(.receiverEstimatedMaximumBitrate(estimate)))
                == .receiverEstimatedMaximumBitrate(
                    ReceiverEstimatedMaximumBitrate(sender: 1, bitrateBps: expected, ssrcs: [2])
                )
        )
    }

    @Test func `reads an estimate byte by byte`() throws {
        // 8,927,168 bit/s as mantissa 139,487 times 2^6.
        let bytes: [UInt8] = [
            0x8F, 206, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0,
            0x52, 0x45, 0x4D, 0x42, 1, 0x1A, 0x20, 0xDF, 0x48, 0x74, 0x79, 0x5A,
        ]
        #expect(
            try readOne(bytes)
                == .receiverEstimatedMaximumBitrate(
                    ReceiverEstimatedMaximumBitrate(sender: 1, bitrateBps: 8_927_168, ssrcs: [0x4874_795A])
                )
        )
    }

    @Test func `refuses a bitrate beyond 63 bits`() {
        let bytes: [UInt8] = [
            0x8F, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0,
            0x52, 0x45, 0x4D, 0x42, 0, 0xFF, 0xFF, 0xFF,
        ]
        #expect(throws: RTCPError.malformed(type: 206, format: 15)) { try readOne(bytes) }
    }

    @Test func `refuses more sources than there are`() {
        let bytes: [UInt8] = [
            0x8F, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0,
            0x52, 0x45, 0x4D, 0x42, 1, 0, 0, 0,
        ]
        #expect(throws: RTCPError.malformed(type: 206, format: 15)) { try readOne(bytes) }
    }
}
