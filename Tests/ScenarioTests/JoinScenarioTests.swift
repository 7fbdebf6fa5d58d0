import RTP
import SFU
import TestSupport
import Testing

@Suite("Joining")
struct JoinScenarioTests {
    private func firstFrame(_ seat: Seat) -> Duration? {
        seat.video.frames.first.map { $0.at - seat.joinedAt }
    }

    @Test func `within three seconds of a key frame costs none and is served from the ring`() throws {
        let scenario = Scenario()
        scenario.publish()
        scenario.run(.milliseconds(1_600))
        let seat = scenario.join()
        scenario.run(.seconds(2))
        let publisher = try #require(scenario.publisher)
        #expect(publisher.keyFrames == 1)
        #expect(publisher.keyFrameRequests == [])
        #expect(try #require(firstFrame(seat)) < .milliseconds(60))
        #expect(seat.video.frames.first?.number == 0)
        // It has caught up with what is live.
        let shown = try #require(seat.video.frames.first { $0.number == 48 })
        #expect(shown.at - seat.joinedAt < .milliseconds(150))
        #expect(scenario.decodedShare(seat, from: .zero, to: scenario.now - .milliseconds(200)) == 1)
        #expect(seat.ledger.isClean)
    }

    @Test func `later it costs one key frame`() throws {
        let scenario = Scenario()
        scenario.publish()
        scenario.run(.seconds(5))
        let seat = scenario.join()
        scenario.run(.seconds(2))
        let publisher = try #require(scenario.publisher)
        #expect(publisher.keyFrames == 2)
        #expect(publisher.keyFrameRequests.count == 1)
        #expect(try #require(firstFrame(seat)) < .milliseconds(250))
        #expect(seat.video.frames.first?.isKey == true)
    }

    @Test(arguments: [.zero, .milliseconds(300)] as [Duration])
    func `twenty in three seconds cost one key frame`(keyFrameDelay: Duration) throws {
        let scenario = Scenario()
        var configuration = ScenarioPublisher.Configuration()
        configuration.keyFrameDelay = keyFrameDelay
        scenario.publish(configuration)
        scenario.run(.seconds(5))
        for _ in 0..<20 {
            scenario.join()
            scenario.run(.milliseconds(140))
        }
        scenario.run(.seconds(2))
        let publisher = try #require(scenario.publisher)
        #expect(publisher.keyFrames == 2)
        for seat in scenario.seats {
            #expect(try #require(firstFrame(seat)) < .milliseconds(700))
            #expect(seat.video.broken == 0)
            #expect(
                scenario.decodedShare(
                    seat,
                    from: scenario.now - .seconds(1),
                    to: scenario.now - .milliseconds(200)
                ) == 1
            )
        }
    }

    @Test func `a publisher that ignores requests is served from what there is`() throws {
        let scenario = Scenario()
        var configuration = ScenarioPublisher.Configuration()
        configuration.ignoresKeyFrameRequests = true
        scenario.publish(configuration)
        scenario.run(.seconds(6))
        let first = scenario.join()
        scenario.run(.seconds(3))
        let publisher = try #require(scenario.publisher)
        #expect(publisher.keyFrames == 1)
        #expect((3...5).contains(publisher.keyFrameRequests.count))
        // Two requests had to be ignored first.
        let waited = try #require(firstFrame(first))
        #expect(waited > .milliseconds(1_000) && waited < .milliseconds(1_900))
        #expect(first.video.frames.first?.number == 0)
        let second = scenario.join()
        scenario.run(.seconds(2))
        #expect(try #require(firstFrame(second)) < .milliseconds(60))
        for seat in [first, second] {
            #expect(scenario.decodedShare(seat, from: .zero, to: scenario.now - .milliseconds(200)) == 1)
        }
        #expect((scenario.publisher?.keyFrameRequests.count ?? 0) <= 7)
    }

    @Test func `a publisher that has no viewers is never asked for a key frame`() throws {
        let scenario = Scenario()
        scenario.publish()
        scenario.run(.seconds(2))
        scenario.publisher?.nextVideoSequence &+= 1_000
        scenario.run(.seconds(3))
        #expect(scenario.publisher?.keyFrameRequests == [])
    }

    @Test func `viewers that lack the codec cost no key frame`() throws {
        let scenario = Scenario()
        scenario.publish()
        scenario.run(.seconds(5))
        let seat = scenario.join(codecs: [.h264])
        scenario.run(.seconds(5))
        #expect(scenario.publisher?.keyFrameRequests == [])
        #expect(seat.video.packets == 0)
        #expect(scenario.room.subscriber(seat.id)?.dropped[.codecNotNegotiated] ?? 0 > 1_000)
        #expect(
            scenario.audioLoss(seat, from: scenario.now - .seconds(4), to: scenario.now - .seconds(1)) == 0
        )
    }

    @Test func `a publisher that comes to waiting viewers is asked for nothing`() throws {
        let scenario = Scenario()
        let seat = scenario.join()
        scenario.run(.seconds(1))
        scenario.publish()
        scenario.run(.seconds(3))
        #expect(scenario.publisher?.keyFrameRequests == [])
        #expect(scenario.publisher?.keyFrames == 1)
        #expect(scenario.decodedShare(seat, from: .zero, to: scenario.now - .milliseconds(200)) == 1)
    }

    @Test func `a key frame whose first packet comes late is shown whole`() throws {
        let scenario = Scenario()
        scenario.publish()
        scenario.run(.seconds(5))
        // The room waits for a key frame; its first packet is overtaken by the others.
        let seat = scenario.join()
        var held: [UInt8] = []
        scenario.admits = { datagram in
            guard held.isEmpty, let header = try? RTPHeader(parsing: datagram.span),
                let content = TestPayload(parsing: datagram[header.payload]), content.isKey, content.isFirst
            else { return true }
            held = datagram
            return false
        }
        scenario.publisher?.configuration.answersNACK = false
        scenario.run(.milliseconds(200))
        let content = try #require(TestPayload(parsing: held[(try RTPHeader(parsing: held.span)).payload]))
        scenario.take(held, at: scenario.now)
        scenario.run(.milliseconds(50))
        #expect(seat.video.frames.first?.number == content.frame)
        #expect(seat.video.broken == 0)
        #expect(seat.ledger.isClean)
    }
}
