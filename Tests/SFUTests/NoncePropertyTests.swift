import RTP
import TestSupport
import Testing

@testable import SFU

@Suite("One plaintext for each packet index (RFC 7714 §8.1, RFC 3711 §9.1)")
struct NoncePropertyTests {
    /// Tens of thousands of packets with loss, lateness, repetition, stops, replays, resends and other publishers, in an
    /// order that only the seed knows.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `holds whatever happens, in whatever order`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let driver = RoomDriver()
        driver.publish()
        driver.join(0, hasRTX: true, firstSequence: 0x7FFF)
        driver.join(1, hasRTX: false, firstSequence: 0x7FFF)
        driver.join(2, hasRTX: true, firstSequence: 0x7FFF, transportSequenceID: 0)
        driver.join(3, hasRTX: false, firstSequence: 0x7FFF, transportSequenceID: 0)
        var sequence = UInt16.random(in: 0...(.max), using: &random)
        var timestamp: UInt32 = 0
        var late: [[UInt8]] = []
        var count = 0
        var newest: [Int: UInt16] = [:]
        while count < 24_000 {
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                count += 1
                sequence &+= 1
                let startsFrame = count % 6 == 0
                if startsFrame { timestamp &+= 3_000 }
                var payload = startsFrame ? (random.happens(0.02) ? keyPayload : deltaPayload) : [0, 0x11]
                payload += [UInt8](repeating: UInt8(truncatingIfNeeded: count), count: 40 + count % 3)
                let datagram = packet(
                    sequence,
                    timestamp: timestamp,
                    marker: count % 6 == 5,
                    payload: payload
                )
                if random.happens(0.04) { late.append(datagram) } else { driver.receive(datagram) }
                if random.happens(0.01) { driver.receive(datagram) }
            }
            if !late.isEmpty, random.happens(0.3) {
                driver.receive(late.remove(at: Int.random(in: 0..<late.count, using: &random)))
            }
            // The media loop may hold back the rest of a frame, and serve replays and resends meanwhile.
            if random.happens(0.3) { driver.advance(milliseconds: 1) }
            if random.happens(0.8) { driver.forward() }
            driver.advance(milliseconds: 1)
            for sent in driver.takeSent() {
                if let header = sent.header, header.ssrc == 50 + UInt32(sent.viewer) {
                    newest[sent.viewer] = header.sequenceNumber
                }
            }
            for viewer in 0..<4 {
                if random.happens(0.2), let number = newest[viewer] {
                    let back = UInt16.random(in: 0...300, using: &random)
                    driver.nack((0..<10).map { number &- back &+ $0 }, from: viewer)
                }
                // Without reports the first viewer's path would be tried in vain for ever.
                if viewer != 0, random.happens(0.002) { driver.room.stalled(viewer, at: driver.now) }
                if random.happens(0.001) { driver.advance(milliseconds: 1_500) }
            }
            if random.happens(0.000_5) { driver.publish() }
            if random.happens(0.000_5) {
                driver.room.removePublisher()
                driver.advance(milliseconds: 700)
                driver.publish()
                sequence = UInt16.random(in: 0...(.max), using: &random)
            }
        }
        for viewer in 0..<4 {
            let ledger = try #require(driver.ledgers[viewer])
            #expect(ledger.isClean, "\(ledger.reused) reused, \(ledger.mislabelled) mislabelled")
            #expect(ledger.count > 4_000)
            #expect((ledger.repeated > 100) == (viewer % 2 == 1))
        }
    }

    @Test func `holds across 2^16 numbers, and resends are the same to the bit`() throws {
        let driver = RoomDriver()
        driver.publish()
        driver.join(0, hasRTX: false, firstSequence: 5)
        var first: [UInt16: [UInt8]] = [:]
        for number in 0..<70_000 {
            let payload = (number == 0 ? keyPayload : deltaPayload) + [UInt8(truncatingIfNeeded: number)]
            driver.receive(
                packet(UInt16(truncatingIfNeeded: number), timestamp: UInt32(number), payload: payload)
            )
            driver.forward()
            for sent in driver.takeSent() { first[try #require(sent.sequence)] = sent.datagram }
            guard number % 100 == 99 else { continue }
            driver.now = driver.now.advanced(byMilliseconds: 300)
            let numbers = (0..<50).map { UInt16(truncatingIfNeeded: number + 5 - $0 * 20) }
            driver.nack(numbers)
            for sent in driver.takeSent() { #expect(first[try #require(sent.sequence)] == sent.datagram) }
        }
        let ledger = try #require(driver.ledgers[0])
        #expect(ledger.isClean)
        #expect(ledger.repeated > 30_000)
        #expect(ledger.count - ledger.repeated == 70_000)
    }

    @Test func `a packet that is late, waits and lies within a running replay goes out once`() throws {
        for hasRTX in [true, false] {
            let driver = RoomDriver()
            driver.publish()
            for number in 0..<200 where number != 7 {
                driver.receive(packet(UInt16(number), payload: number == 0 ? keyPayload : deltaPayload))
                driver.forward()
            }
            driver.advance(milliseconds: 20)
            driver.join(0, hasRTX: hasRTX)
            driver.receive(packet(7, payload: deltaPayload))
            driver.advance(milliseconds: 1)
            driver.advance(milliseconds: 1)
            driver.forward()
            while driver.room.isReplaying { driver.advance(milliseconds: 1) }
            let sequences = driver.takeSent().compactMap(\.sequence)
            #expect(sequences.sorted() == (100..<300).map { UInt16($0) })
            #expect(try #require(driver.ledgers[0]).isClean)
        }
    }

    @Test(arguments: [0, 3] as [UInt8])
    func `a packet that is late and waits is not sent again before it is sent`(transportID: UInt8) throws {
        let driver = RoomDriver()
        driver.publish()
        driver.join(0, hasRTX: false, transportSequenceID: transportID)
        for number in 0..<10 where number != 7 {
            driver.receive(packet(UInt16(number), payload: number == 0 ? keyPayload : deltaPayload))
            driver.forward()
        }
        // It and its neighbour become equally long when they are forwarded, and not before.
        driver.receive(packet(7, payload: deltaPayload))
        driver.receive(packet(10, payload: deltaPayload + [1, 2]))
        driver.nack([107])
        driver.forward()
        driver.nack([107])
        let copies = driver.takeSent().filter { $0.sequence == 107 }
        #expect(copies.count == 2)
        #expect(copies.first?.datagram == copies.last?.datagram)
        #expect(try #require(driver.ledgers[0]).isClean)
    }
}
