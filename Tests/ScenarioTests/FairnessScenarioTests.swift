import RTP
import SFU
import TestSupport
import Testing

@Suite("Bounds and fairness")
struct FairnessScenarioTests {
    @Test func `a viewer that asks for everything again gets its share, and its sound`() throws {
        let scenario = Scenario()
        scenario.publish()
        let greedy = scenario.join()
        let other = scenario.join()
        scenario.run(.seconds(2))
        let before = try #require(scenario.room.subscriber(greedy.id)).resent
        let start = scenario.now
        for _ in 0..<200 {
            scenario.run(.milliseconds(10))
            let newest = try #require(greedy.newestVideoSequence)
            let all = (0..<200).map { newest &- 210 &+ UInt16($0) }
            let nack = GenericNACK(
                sender: 9,
                media: greedy.viewer.configuration.videoSSRC,
                sequenceNumbers: all
            )
            scenario.room.receive(.nack(nack), fromSubscriber: greedy.id, at: scenario.now)
        }
        let subscriber = try #require(scenario.room.subscriber(greedy.id))
        let resent = subscriber.resent - before
        // 1,000 a second, and a quarter of that at once.
        #expect((1_900...2_300).contains(resent))
        #expect(subscriber.dropped[.resendLimit] >= 100)
        let end = scenario.now - .milliseconds(200)
        for seat in [greedy, other] {
            #expect(scenario.decodedShare(seat, from: start, to: end) == 1)
            #expect(scenario.audioLoss(seat, from: start, to: end) == 0)
        }
        #expect(other.viewer.resends == 0)
    }

    @Test func `one viewer's wishes cost a key frame a second at most, all viewers' too`() throws {
        let scenario = Scenario()
        scenario.publish()
        let seats = (0..<5).map { _ in scenario.join() }
        scenario.run(.seconds(4))
        let before = try #require(scenario.publisher).keyFrames
        for _ in 0..<100 {
            scenario.run(.milliseconds(50))
            for seat in seats {
                let wish = PictureLossIndication(sender: 9, media: seat.viewer.configuration.videoSSRC)
                scenario.room.receive(.pictureLossIndication(wish), fromSubscriber: seat.id, at: scenario.now)
            }
        }
        #expect(try #require(scenario.publisher).keyFrames - before <= 6)
    }

    @Test func `a room takes its fill of viewers, each once, and lets them go`() {
        let room = Room(localSSRC: 1, cname: "porthole", maximumBitrateBps: 1)
        for id in 0..<SFULimits.mostSubscribers { #expect(room.addSubscriber(id, tracks: [], at: .zero)) }
        #expect(!room.addSubscriber(SFULimits.mostSubscribers, tracks: [], at: .zero))
        room.removeSubscriber(7)
        #expect(!room.addSubscriber(8, tracks: [], at: .zero))
        #expect(room.addSubscriber(7, tracks: [], at: .zero))
        #expect(room.subscriberCount == SFULimits.mostSubscribers)
        #expect(room.subscriber(7)?.id == 7)
        #expect(room.subscriber(SFULimits.mostSubscribers - 1)?.id == SFULimits.mostSubscribers - 1)
    }

    @Test func `reports and requests of strangers and about strangers have no effect`() {
        let scenario = Scenario()
        scenario.publish()
        let seat = scenario.join()
        scenario.run(.seconds(4))
        let foreign: [RTCPPacket] = [
            .nack(GenericNACK(sender: 9, media: 1, sequenceNumbers: [1, 2, 3])),
            .pictureLossIndication(PictureLossIndication(sender: 9, media: 1)),
            .receiverReport(ReceiverReport(ssrc: 9, reports: [ReportBlock(ssrc: 1, fractionLost: 255)])),
        ]
        for packet in foreign {
            scenario.room.receive(packet, fromSubscriber: seat.id, at: scenario.now)
            scenario.room.receive(packet, fromSubscriber: 99, at: scenario.now)
            scenario.room.receive(fromPublisher: packet, at: scenario.now)
        }
        scenario.run(.seconds(2))
        #expect(scenario.publisher?.keyFrameRequests == [])
        #expect(seat.viewer.resends == 0)
        #expect(scenario.room.subscriber(seat.id)?.fractionLost == 0)
    }
}
