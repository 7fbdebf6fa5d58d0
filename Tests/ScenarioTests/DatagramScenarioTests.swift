import RTP
import SFU
import TestSupport
import Testing

@Suite("Datagrams")
struct DatagramScenarioTests {
    /// 1,160 is what browsers send at most, 1,220 what OBS does; at 1,224 header, payload and tag are full.
    @Test(arguments: [1_160, 1_190, 1_206, 1_211, 1_220, 1_222])
    func `never become longer than 1,252 bytes, resends included`(longestPayload: Int) {
        var lossy = NetworkConditions.delay(.milliseconds(10))
        lossy.loss = 0.05
        let scenario = Scenario()
        var configuration = ScenarioPublisher.Configuration()
        configuration.longestPayload = longestPayload
        configuration.transportSequenceID = 0
        scenario.publish(configuration)
        let seat = scenario.join(lossy)
        let repeating = scenario.join(lossy, hasRTX: false)
        scenario.run(.seconds(6))
        #expect(scenario.longestDatagram <= 1_252)
        #expect(scenario.longestDatagram > longestPayload)
        for seat in [seat, repeating] {
            #expect(scenario.room.subscriber(seat.id)?.dropped[.congested] == 0)
            #expect(seat.ledger.isClean)
            #expect(
                scenario.decodedShare(
                    seat,
                    from: scenario.now - .seconds(4),
                    to: scenario.now - .milliseconds(800)
                ) == 1
            )
        }
        #expect(seat.viewer.resends > 10)
        #expect(repeating.ledger.repeated > 10)
    }

    @Test func `of a batch whose lengths differ by a byte are made equal`() {
        let scenario = Scenario()
        scenario.publish()
        let seat = scenario.join()
        var batches: [[Int]] = []
        scenario.forwarded = { datagrams in
            // The payloads of one frame, padding included.
            let headers = datagrams.compactMap { try? RTPHeader(parsing: $0.span) }
                .filter { $0.payloadType == 96 }
            for frame in Dictionary(grouping: headers, by: \.timestamp).values where frame.count > 1 {
                batches.append(frame.map { $0.payload.count + $0.paddingCount })
            }
        }
        scenario.run(.seconds(4))
        #expect(batches.count > 50)
        #expect(batches.allSatisfy { Set($0).count == 1 })
        #expect(seat.video.corrupted == 0)
        #expect(seat.video.broken == 0)
    }

    @Test(arguments: [true, false])
    func `of a resend are the same to the bit, or have a number of their own`(hasRTX: Bool) {
        var bad = NetworkConditions.delay(.milliseconds(5))
        bad.loss = 0.03
        bad.jitter = .milliseconds(8)
        bad.keepsOrder = false
        bad.duplication = 0.01
        let scenario = Scenario(seed: 5, up: bad)
        var configuration = ScenarioPublisher.Configuration()
        configuration.bitrateBps = 20_000_000
        scenario.publish(configuration)
        let seat = scenario.join(bad, hasRTX: hasRTX)
        scenario.run(.seconds(4))
        #expect(seat.video.packets > 6_000)
        #expect(seat.ledger.isClean, "\(seat.ledger.reused) of \(seat.ledger.count)")
        if hasRTX {
            #expect(seat.viewer.resends > 200)
        } else {
            #expect(seat.ledger.repeated > 200)
        }
        #expect(seat.video.corrupted == 0)
    }

    @Test func `of reports fit into a datagram, whatever is missing`() {
        var terrible = NetworkConditions.delay(.milliseconds(5))
        terrible.loss = 0.5
        let scenario = Scenario(seed: 3, up: terrible)
        var configuration = ScenarioPublisher.Configuration()
        configuration.bitrateBps = 20_000_000
        scenario.publish(configuration)
        scenario.join()
        scenario.run(.seconds(5))
        #expect(scenario.publisher?.nackedPackets ?? 0 > 1_000)
        #expect(scenario.longestReport + 14 <= 1_252)
    }
}
