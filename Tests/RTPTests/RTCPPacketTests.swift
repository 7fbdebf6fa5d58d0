import RTP
import TestSupport
import Testing

@Suite("RTCP packets")
struct RTCPPacketTests {
    static let block = ReportBlock(
        ssrc: 0xBC5E_9A40,
        fractionLost: 12,
        cumulativeLost: -3,
        extendedHighestSequence: 0x2_46E1,
        jitter: 273,
        lastSenderReport: 0x09F3_6432,
        delaySinceLastSenderReport: 150_137
    )

    /// One packet of each kind, and some at the edges.
    static let samples: [RTCPPacket] = [
        .senderReport(
            SenderReport(
                ssrc: 0x902F_9E2E,
                ntp: NTPTime(rawValue: 0xDA8B_D1FC_DDDD_A05A),
                rtpTimestamp: 0xAAF4_EDD5,
                packetCount: 1,
                octetCount: 2
            )
        ),
        .senderReport(
            SenderReport(
                ssrc: 1,
                ntp: NTPTime(rawValue: 2),
                rtpTimestamp: 3,
                packetCount: 4,
                octetCount: 5,
                reports: [block, block]
            )
        ),
        .receiverReport(ReceiverReport(ssrc: 9)),
        .receiverReport(ReceiverReport(ssrc: 9, reports: Array(repeating: block, count: 31))),
        .sourceDescription(SourceDescription(chunks: [])),
        .sourceDescription(
            SourceDescription(chunks: [
                .init(ssrc: 1, cname: "a"), .init(ssrc: 2, cname: nil), .init(ssrc: 3, cname: "ab"),
                .init(ssrc: 4, cname: "abc"), .init(ssrc: 5, cname: "\u{E4}bcd"), .init(ssrc: 6, cname: ""),
            ])
        ),
        .goodbye(Goodbye(ssrcs: [])),
        .goodbye(Goodbye(ssrcs: [1, 2, 3])),
        .goodbye(Goodbye(ssrcs: [1], reason: "the headset was put away")),
        .nack(GenericNACK(sender: 1, media: 2, sequenceNumbers: [65_534, 65_535, 0, 14, 15, 40])),
        .pictureLossIndication(PictureLossIndication(sender: 1, media: 2)),
        .fullIntraRequest(
            FullIntraRequest(
                sender: 1,
                entries: [.init(ssrc: 2, sequenceNumber: 255), .init(ssrc: 3, sequenceNumber: 0)]
            )
        ),
        .receiverEstimatedMaximumBitrate(
            ReceiverEstimatedMaximumBitrate(sender: 1, bitrateBps: 8_000_000, ssrcs: [2, 3])
        ),
        .receiverEstimatedMaximumBitrate(
            ReceiverEstimatedMaximumBitrate(sender: 1, bitrateBps: 0, ssrcs: [])
        ),
        .transportFeedback(
            TransportFeedback(
                sender: 1,
                media: 2,
                baseSequence: 65_535,
                referenceTime: -2,
                feedbackCount: 255,
                packets: [0, nil, 255, 256, -1, nil, nil, .max, .min, 7]
            )
        ),
        .extendedReport(ExtendedReport(sender: 1, receiverReferenceTime: nil)),
        .extendedReport(ExtendedReport(sender: 1, receiverReferenceTime: NTPTime(rawValue: 77))),
    ]

    @Test(arguments: samples)
    func `reads what it writes`(packet: RTCPPacket) throws {
        let bytes = written(packet)
        #expect(bytes.count % 4 == 0)
        #expect(try readOne(bytes) == packet)
    }

    @Test(arguments: samples)
    func `refuses every truncation`(packet: RTCPPacket) {
        let bytes = written(packet)
        for count in 1..<bytes.count {
            let expected: RTCPError = count < 4 ? .truncatedHeader : .truncatedPacket
            #expect(throws: expected) { try readOne(Array(bytes.prefix(count))) }
        }
    }

    @Test(arguments: samples)
    func `refuses or shortens what a smaller length leaves`(packet: RTCPPacket) {
        var bytes = written(packet)
        // The length is believable, but the content does not fit into it: no case may read behind it.
        for words in 0..<bytes.count / 4 {
            bytes[2] = UInt8(words >> 8)
            bytes[3] = UInt8(words & 0xFF)
            _ = readTolerantly(Array(bytes.prefix((words + 1) * 4)))
            _ = readTolerantly(bytes)
        }
    }

    @Test(arguments: samples)
    func `survives any flipped bit`(packet: RTCPPacket) {
        withFlippedBits(written(packet)) { _ = readTolerantly($0) }
    }

    @Test(arguments: 1...4)
    func `survives noise behind a believable header`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<5_000 {
            var bytes = generator.bytes(4 * Int.random(in: 1...40, using: &generator))
            bytes[0] = 0x80 | bytes[0] & 0x3F
            bytes[1] = 200 + bytes[1] % 8
            bytes[2] = 0
            bytes[3] = UInt8(bytes.count / 4 - 1)
            let (packets, _) = readTolerantly(bytes)
            // What was read can be written, and is then read as the same.
            for packet in packets {
                if case .other = packet { continue }
                let again = written(packet)
                guard !again.isEmpty else { continue }
                let (readAgain, errors) = readTolerantly(again)
                #expect(errors.isEmpty)
                #expect(readAgain == [packet])
            }
        }
    }

    @Test func `reads a sender report byte by byte`() throws {
        let bytes: [UInt8] = [
            0x81, 0xC8, 0x00, 0x0C,
            0x90, 0x2F, 0x9E, 0x2E,
            0xDA, 0x8B, 0xD1, 0xFC, 0xDD, 0xDD, 0xA0, 0x5A,
            0xAA, 0xF4, 0xED, 0xD5,
            0x00, 0x00, 0x00, 0x01,
            0x00, 0x00, 0x00, 0x02,
            0xBC, 0x5E, 0x9A, 0x40,
            0x0C, 0xFF, 0xFF, 0xFD,
            0x00, 0x02, 0x46, 0xE1,
            0x00, 0x00, 0x01, 0x11,
            0x09, 0xF3, 0x64, 0x32,
            0x00, 0x02, 0x4A, 0x79,
        ]
        let report = SenderReport(
            ssrc: 0x902F_9E2E,
            ntp: NTPTime(seconds: 0xDA8B_D1FC, fraction: 0xDDDD_A05A),
            rtpTimestamp: 0xAAF4_EDD5,
            packetCount: 1,
            octetCount: 2,
            reports: [Self.block]
        )
        #expect(try readOne(bytes) == .senderReport(report))
        #expect(written(.senderReport(report)) == bytes)
    }

    @Test func `leaves out the extension of a profile behind a report`() throws {
        let bytes: [UInt8] = [0x80, 201, 0, 2, 0, 0, 0, 9, 1, 2, 3, 4]
        #expect(try readOne(bytes) == .receiverReport(ReceiverReport(ssrc: 9)))
    }

    @Test func `writes loss as the nearest number of 24 bits`() throws {
        var report = ReceiverReport(ssrc: 1, reports: [Self.block, Self.block])
        report.reports[0].cumulativeLost = .max
        report.reports[1].cumulativeLost = .min
        guard case .receiverReport(let read) = try readOne(written(.receiverReport(report))) else {
            Issue.record("not a receiver report")
            return
        }
        #expect(read.reports.map(\.cumulativeLost) == [0x7F_FFFF, -0x80_0000])
    }

    @Test func `writes at most 31 of what five bits count`() throws {
        let many = Array(repeating: Self.block, count: 40)
        #expect(
            try readOne(written(.receiverReport(ReceiverReport(ssrc: 1, reports: many))))
                == .receiverReport(ReceiverReport(ssrc: 1, reports: Array(many.prefix(31))))
        )
        #expect(
            try readOne(written(.goodbye(Goodbye(ssrcs: Array(0..<40)))))
                == .goodbye(Goodbye(ssrcs: Array(0..<31)))
        )
    }

    @Test func `reads a canonical name among other items`() throws {
        let bytes: [UInt8] =
            [0x81, 202, 0, 5, 0, 0, 0, 7]
            + [2, 3] + Array("Ann".utf8) + [1, 4] + Array("host".utf8) + [0] + [0, 0, 0, 0]
        #expect(
            try readOne(bytes)
                == .sourceDescription(SourceDescription(chunks: [.init(ssrc: 7, cname: "host")]))
        )
    }

    @Test func `refuses a description whose chunk has no end`() {
        let bytes: [UInt8] = [0x81, 202, 0, 2, 0, 0, 0, 7, 1, 2, 65, 66]
        #expect(throws: RTCPError.malformed(type: 202, format: 1)) { try readOne(bytes) }
    }

    @Test func `takes a truncated name for what it is`() throws {
        let name = String(repeating: "n", count: 300)
        let packet = RTCPPacket.sourceDescription(SourceDescription(chunks: [.init(ssrc: 7, cname: name)]))
        #expect(
            try readOne(written(packet))
                == .sourceDescription(
                    SourceDescription(chunks: [.init(ssrc: 7, cname: String(name.prefix(255)))])
                )
        )
    }

    @Test func `finds the reference time behind other blocks of an extended report`() throws {
        let bytes: [UInt8] =
            [0x80, 207, 0, 6, 0, 0, 0, 1]
            + [5, 0, 0, 1, 9, 9, 9, 9]
            + [4, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]
        #expect(
            try readOne(bytes)
                == .extendedReport(
                    ExtendedReport(sender: 1, receiverReferenceTime: NTPTime(seconds: 1, fraction: 2))
                )
        )
    }
}
