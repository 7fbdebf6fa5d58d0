import RTP
import Testing

@testable import SFU

@Suite("Headers for viewers (RFC 3550 §5.1, RFC 8285 §4.2)")
struct OutgoingHeaderTests {
    @Test(arguments: [0, 5] as [UInt8], [0, 6] as [UInt8])
    func `say what they were given, in as few bytes as it takes`(
        transportID: UInt8,
        orientationID: UInt8
    ) throws {
        for (marker, padding, orientation) in [(true, false, nil), (false, true, 3), (true, true, 3)]
            as [(Bool, Bool, UInt8?)]
        {
            let header = OutgoingHeader(
                payloadType: 120,
                marker: marker,
                hasPadding: padding,
                sequenceNumber: 0xABCD,
                timestamp: 0x0102_0304,
                ssrc: 0xFEDC_BA98
            )
            var bytes = [UInt8](repeating: 0xEE, count: OutgoingHeader.longest)
            let length = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map {
                    header.write(
                        to: $0,
                        transportSequenceID: transportID,
                        transportSequence: 0x1234,
                        orientationID: orientationID,
                        orientation: orientation
                    )
                } ?? 0
            }
            let hasOrientation = orientationID != 0 && orientation != nil
            let words = (transportID != 0 ? 1 : 0) + (hasOrientation ? 1 : 0)
            #expect(length == 12 + (words > 0 ? 4 + words * 4 : 0))
            #expect(bytes[length...].allSatisfy { $0 == 0xEE })
            let datagram = Array(bytes[..<length]) + [9, 9, 2]
            let parsed = try RTPHeader(parsing: datagram.span)
            #expect(parsed.marker == marker)
            #expect(parsed.payloadType == 120)
            #expect(parsed.sequenceNumber == 0xABCD)
            #expect(parsed.timestamp == 0x0102_0304)
            #expect(parsed.ssrc == 0xFEDC_BA98)
            #expect(parsed.length == length)
            #expect(parsed.paddingCount == (padding ? 2 : 0))
            #expect(
                parsed.transportSequenceNumber(id: 5, in: datagram.span) == (transportID != 0 ? 0x1234 : nil)
            )
            let value = parsed.extensionValue(6, in: datagram.span).map { datagram[$0.lowerBound] }
            #expect(value == (hasOrientation ? 3 : nil))
        }
    }
}

@Suite("One track to one viewer")
struct SubscriptionTests {
    @Test func `begins with a key frame, leaves gaps of the network, and closes those of its own`() {
        let driver = RoomDriver()
        driver.publish()
        driver.join(0, firstSequence: 100)
        driver.receive(packet(10))
        driver.receive(packet(11, timestamp: 1, payload: keyPayload))
        driver.receive(packet(13, timestamp: 1, payload: [0, 0x11]))
        driver.forward()
        #expect(driver.takeSent().map(\.sequence) == [100, 102])
        driver.receive(packet(12, timestamp: 1, payload: [0, 0x11]))
        driver.receive(packet(9))
        driver.forward()
        #expect(driver.takeSent().map(\.sequence) == [101])
        // Stopped at the border of a frame, and begun again with a key frame: the next number.
        driver.room.stalled(0, at: driver.now)
        driver.receive(packet(14, timestamp: 1, payload: [0, 0x11]))
        driver.receive(packet(15, timestamp: 2, payload: deltaPayload))
        driver.forward()
        #expect(driver.takeSent().map(\.sequence) == [103])
        #expect(driver.room.subscriber(0)?.isVideoPaused == true)
        #expect(driver.room.subscriber(0)?.dropped[.congested] == 1)
        #expect(driver.room.subscriber(0)?.dropped[.waitingForKeyFrame] == 1)
    }

    @Test func `sound begins with any packet, and goes on while video is stopped`() {
        let driver = RoomDriver()
        driver.publish()
        driver.join(0, firstSequence: 100)
        driver.receive(packet(11, payload: keyPayload))
        driver.receive(packet(500, type: 111, ssrc: 2))
        driver.forward()
        driver.room.stalled(0, at: driver.now)
        driver.receive(packet(12, timestamp: 2, payload: deltaPayload))
        driver.receive(packet(501, type: 111, ssrc: 2))
        driver.forward()
        #expect(driver.takeSent().filter { $0.header?.ssrc == 90 }.map(\.sequence) == [100, 101])
    }

    @Test func `sends again by RTX with the original number, or as it was`() throws {
        for hasRTX in [true, false] {
            let driver = RoomDriver()
            driver.publish()
            driver.join(0, hasRTX: hasRTX, firstSequence: 100)
            driver.receive(packet(10, timestamp: 5, marker: true, payload: keyPayload + [7]))
            driver.forward()
            let original = try #require(driver.takeSent().first)
            driver.nack([100, 99, 101, 300])
            let sent = driver.takeSent()
            #expect(sent.count == 1)
            let resend = try #require(sent.first)
            let header = try #require(resend.header)
            if hasRTX {
                #expect(header.ssrc == 5_000)
                #expect(header.payloadType == 121)
                #expect(header.timestamp == 5)
                #expect(header.marker)
                #expect(Array(resend.datagram[header.payload]) == [0, 100] + keyPayload + [7])
                #expect(header.transportSequenceNumber(id: 5, in: resend.datagram.span) == 1)
            } else {
                #expect(resend == original)
            }
            #expect(driver.room.subscriber(0)?.dropped[.resendUnknown] == 3)
            #expect(driver.room.subscriber(0)?.resent == 1)
        }
    }

    @Test func `does not send again what was not sent, or is no longer remembered to the bit`() {
        let driver = RoomDriver()
        driver.publish()
        driver.join(0, hasRTX: false, firstSequence: 100)
        driver.receive(packet(10, payload: keyPayload))
        driver.receive(packet(12))
        driver.forward()
        // It has come, and waits to be forwarded: with which extensions is not known yet.
        driver.receive(packet(11))
        _ = driver.takeSent()
        driver.nack([101])
        #expect(driver.takeSent() == [])
        driver.forward()
        #expect(driver.takeSent().map(\.sequence) == [101])
        for number in 13..<2_200 as Range<UInt16> {
            driver.receive(packet(number))
            driver.forward()
        }
        _ = driver.takeSent()
        driver.nack([100, 101, 102, 103, 2_289])
        #expect(driver.takeSent().map(\.sequence) == [2_289])
    }
}

@Suite("The wall clock that viewers are told")
struct WallClockTests {
    @Test func `is the first publisher's, and runs on under others`() {
        var clock = WallClock()
        let first = NTPTime(seconds: 1_000, fraction: 5)
        clock.heard(first, at: milliseconds(0))
        #expect(clock.told(first) == first)
        clock.endSource()
        let second = NTPTime(seconds: 77, fraction: 0)
        clock.heard(second, at: milliseconds(2_500))
        #expect(clock.told(second) == first + .milliseconds(2_500))
        // Its own clock's pace counts from now on.
        clock.heard(second + .seconds(1), at: milliseconds(3_510))
        #expect(clock.told(second + .seconds(1)) == first + .milliseconds(3_500))
    }
}

@Suite("Counters of dropped packets")
struct DropCountersTests {
    @Test func `count each reason by its name`() {
        var counters = DropCounters()
        #expect(counters.byName.isEmpty)
        for (position, reason) in DropReason.allCases.enumerated() {
            for _ in 0...position { counters.count(reason) }
        }
        for (position, reason) in DropReason.allCases.enumerated() {
            #expect(counters[reason] == UInt64(position + 1))
        }
        #expect(counters.byName["waitingForKeyFrame"] == counters[.waitingForKeyFrame])
        #expect(counters.byName.count == DropReason.allCases.count)
    }
}
