import RTP
import TestSupport
import Testing

@Suite("Transport-wide feedback on the wire (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1)")
struct TransportFeedbackTests {
    private func bytes(count: UInt16, _ rest: [UInt8]) -> [UInt8] {
        let body: [UInt8] =
            [0, 0, 0, 1, 0, 0, 0, 2, 0, 10, UInt8(count >> 8), UInt8(count & 0xFF), 0, 0, 1, 7] + rest
        let padded = body + Array(repeating: 0, count: (4 - body.count % 4) % 4)
        return [0x8F, 205, 0, UInt8(padded.count / 4)] + padded
    }

    private func feedback(_ packets: [Int16?]) -> TransportFeedback {
        TransportFeedback(
            sender: 1,
            media: 2,
            baseSequence: 10,
            referenceTime: 1,
            feedbackCount: 7,
            packets: packets
        )
    }

    @Test func `reads what a browser sent, with one byte of padding`() throws {
        let captured: [UInt8] = [
            0xAF, 0xCD, 0x00, 0x05, 0xFA, 0x17, 0xFA, 0x17, 0x43, 0x03, 0x2F, 0xA0,
            0x00, 0x99, 0x00, 0x01, 0x3D, 0xE8, 0x02, 0x17, 0x20, 0x01, 0x94, 0x01,
        ]
        #expect(
            try readOne(captured)
                == .transportFeedback(
                    TransportFeedback(
                        sender: 4_195_875_351,
                        media: 1_124_282_272,
                        baseSequence: 153,
                        referenceTime: 4_057_090,
                        feedbackCount: 23,
                        packets: [148]
                    )
                )
        )
    }

    @Test func `reads and writes a vector of one bit (the draft's example)`() throws {
        // Not received, five received, three not received, three received, two not received.
        let packets: [Int16?] = [nil, 1, 2, 3, 4, 5, nil, nil, nil, 6, 7, 8, nil, nil]
        let expected = bytes(count: 14, [0x9F, 0x1C, 1, 2, 3, 4, 5, 6, 7, 8])
        #expect(try readOne(expected) == .transportFeedback(feedback(packets)))
        #expect(written(.transportFeedback(feedback(packets))) == expected)
    }

    @Test func `reads and writes a vector of two bits`() throws {
        let packets: [Int16?] = [nil, 300, 1, -1, 2, nil, nil]
        // Statuses 0 2 1 2 1 0 0 behind the two bits of the form.
        let expected = bytes(count: 7, [0b11_00_10_01, 0b10_01_00_00, 0x01, 0x2C, 1, 0xFF, 0xFF, 2])
        #expect(try readOne(expected) == .transportFeedback(feedback(packets)))
        #expect(written(.transportFeedback(feedback(packets))) == expected)
    }

    @Test func `reads and writes runs`() throws {
        // 221 not received (the draft's example), 20 with small deltas.
        let packets: [Int16?] = Array(repeating: nil, count: 221) + Array(repeating: 4, count: 20)
        let expected = bytes(
            count: 241,
            [0x00, 0xDD, 0x20, 0x14] + Array(repeating: 4, count: 20)
        )
        #expect(try readOne(expected) == .transportFeedback(feedback(packets)))
        #expect(written(.transportFeedback(feedback(packets))) == expected)
    }

    @Test func `leaves out what the last chunk says beyond the count`() throws {
        #expect(
            try readOne(bytes(count: 2, [0xBF, 0xFF, 5, 6])) == .transportFeedback(feedback([5, 6]))
        )
        #expect(
            try readOne(bytes(count: 2, [0x3F, 0xFF, 5, 6])) == .transportFeedback(feedback([5, 6]))
        )
    }

    @Test func `refuses the reserved status`() {
        #expect(throws: RTCPError.malformed(type: 205, format: 15)) {
            try readOne(bytes(count: 24, [0x60, 0x18, 1, 2, 3, 4]))
        }
    }

    @Test func `refuses deltas and chunks that are not there`() {
        #expect(throws: RTCPError.malformed(type: 205, format: 15)) {
            try readOne(bytes(count: 8, [0x20, 0x08, 1, 2, 3, 4, 5, 6]))
        }
        #expect(throws: RTCPError.malformed(type: 205, format: 15)) {
            try readOne(bytes(count: 30, [0x00, 0x0A, 0x00, 0x0A]))
        }
    }

    @Test func `refuses to speak of more packets than the limit`() {
        #expect(throws: RTCPError.malformed(type: 205, format: 15)) {
            try readOne(bytes(count: 8_000, [0x1F, 0xFF, 0, 0]))
        }
    }

    @Test func `refuses runs of none`() {
        #expect(throws: RTCPError.malformed(type: 205, format: 15)) {
            try readOne(bytes(count: 2, [0x00, 0x00, 0x20, 0x02, 1, 2]))
        }
    }

    @Test func `writes nothing where it speaks of nothing`() {
        #expect(written(.transportFeedback(feedback([]))).isEmpty)
    }

    @Test(arguments: 1...40)
    func `reads whatever it writes`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var packets: [Int16?] = []
        while packets.count < 300 {
            let longest = Bool.random(using: &generator) ? 30 : 2
            let run = Int.random(in: 1...longest, using: &generator)
            let kind = Int.random(in: 0...3, using: &generator)
            for _ in 0..<run {
                switch kind {
                case 0: packets.append(nil)
                case 1: packets.append(.random(in: -300...600, using: &generator))
                default: packets.append(.random(in: 0...255, using: &generator))
                }
            }
        }
        let bytes = written(.transportFeedback(feedback(packets)))
        #expect(try readOne(bytes) == .transportFeedback(feedback(packets)))
    }

    @Test func `tells each packet's arrival on the reporter's clock`() {
        var seen: [String] = []
        var feedback = feedback([4, nil, 10, -2])
        feedback.baseSequence = 65_534
        feedback.forEachPacket { number, ticks in
            seen.append("\(number) \(ticks.map(String.init) ?? "-")")
        }
        #expect(seen == ["65534 260", "65535 -", "0 270", "1 268"])
    }
}
