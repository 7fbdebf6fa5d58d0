import RTP
import TestSupport
import Testing

@testable import SFU

@Suite("What a peer may send")
struct HostileInputTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `never traps, whatever it says`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let driver = RoomDriver()
        driver.publish()
        driver.join(0)
        driver.join(1, hasRTX: false)
        for _ in 0..<6_000 {
            let type = [96, 97, 102, 111, 127].randomElement(using: &random) ?? 96
            let length = [0, 1, 2, 3, 20, 1_500].randomElement(using: &random) ?? 0
            let payload = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            driver.receive(
                packet(
                    UInt16(truncatingIfNeeded: random.next()),
                    timestamp: UInt32(truncatingIfNeeded: random.next()),
                    type: UInt8(type),
                    ssrc: UInt32(truncatingIfNeeded: random.next() % 3),
                    marker: random.happens(0.5),
                    payload: payload
                )
            )
            if random.happens(0.5) { driver.forward() }
            driver.room.receive(report(&random), fromSubscriber: Int(random.next() % 3), at: driver.now)
            driver.room.receive(fromPublisher: report(&random), at: driver.now)
            driver.advance(milliseconds: Int64(random.next() % 300))
            if random.happens(0.01) { driver.publish() }
        }
        #expect(driver.ledgers.values.allSatisfy { $0.isClean })
    }

    private func report(_ random: inout SplitMix64) -> RTCPPacket {
        func number<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            Number(truncatingIfNeeded: random.next())
        }
        let known: [UInt32] = [1, 50, 51, 90, 91, 0xFFFF_FFFF]
        let media = known.randomElement(using: &random) ?? 1
        switch random.next() % 6 {
        case 0:
            let numbers = (0..<Int(random.next() % 1_024)).map { _ in number(UInt16.self) }
            return .nack(GenericNACK(sender: 1, media: media, sequenceNumbers: numbers))
        case 1: return .pictureLossIndication(PictureLossIndication(sender: 1, media: media))
        case 2:
            let packets = (0..<Int(random.next() % 500))
                .map { _ in random.happens(0.3) ? nil : number(Int16.self) }
            return .transportFeedback(
                TransportFeedback(
                    sender: 1,
                    media: media,
                    baseSequence: number(UInt16.self),
                    referenceTime: number(Int32.self) >> 8,
                    feedbackCount: 0,
                    packets: packets
                )
            )
        case 3:
            let block = ReportBlock(
                ssrc: media,
                fractionLost: number(UInt8.self),
                cumulativeLost: number(Int32.self),
                extendedHighestSequence: number(UInt32.self),
                jitter: number(UInt32.self),
                lastSenderReport: number(UInt32.self),
                delaySinceLastSenderReport: number(UInt32.self)
            )
            return .receiverReport(ReceiverReport(ssrc: media, reports: [block]))
        case 4:
            return .senderReport(
                SenderReport(
                    ssrc: media,
                    ntp: NTPTime(rawValue: random.next()),
                    rtpTimestamp: number(UInt32.self),
                    packetCount: 0,
                    octetCount: 0
                )
            )
        default: return .goodbye(Goodbye(ssrcs: [media]))
        }
    }

    @Test func `packets of tracks, sources and formats that were not agreed on are dropped by name`() {
        let driver = RoomDriver()
        driver.receive(packet(1))
        #expect(driver.room.dropped[.unknownTrack] == 1)
        driver.publish()
        driver.receive(packet(1, type: 35))
        driver.receive(packet(1, payload: keyPayload))
        driver.receive(packet(2, ssrc: 2))
        #expect(driver.room.dropped[.unknownTrack] == 3)
        driver.receive(packet(1, payload: keyPayload))
        #expect(driver.room.dropped[.duplicate] == 1)
        driver.receive(packet(2, payload: [UInt8](repeating: 0, count: 1_505)))
        #expect(driver.room.dropped[.tooLong] == 1)
        driver.receive(packet(1, type: 97, ssrc: 3, payload: [0, 5]))
        #expect(driver.room.dropped[.emptyResend] == 1)
        driver.receive(packet(UInt16(bitPattern: -200)))
        #expect(driver.room.dropped[.beforeStart] == 1)
        #expect(
            driver.room.dropped.byName == [
                "unknownTrack": 3, "duplicate": 1, "tooLong": 1, "emptyResend": 1, "beforeStart": 1,
            ]
        )
    }
}
