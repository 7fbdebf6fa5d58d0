import RTP
import SFU
import TestSupport
import Testing

@Suite("Replays")
struct ReplayScenarioTests {
    @Test func `are paced at 5 to 20 packets a millisecond`() throws {
        let scenario = Scenario()
        var configuration = ScenarioPublisher.Configuration()
        configuration.bitrateBps = 4_000_000
        scenario.publish(configuration)
        scenario.run(.milliseconds(1_700))
        scenario.join()
        let before = scenario.transmissionsPerAdvance.count
        scenario.run(.milliseconds(200))
        let paces = scenario.transmissionsPerAdvance[before...].filter { $0 > 0 }
        #expect(paces.reduce(0, +) > 500)
        #expect(paces.allSatisfy { $0 <= 20 })
        #expect(paces.dropLast(8).allSatisfy { $0 >= 5 })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `miss nothing that comes late, and send nothing twice`(seed: UInt64) throws {
        var bad = NetworkConditions.delay(.milliseconds(10))
        bad.loss = 0.1
        bad.jitter = .milliseconds(20)
        bad.keepsOrder = false
        bad.duplication = 0.05
        let scenario = Scenario(seed: seed, up: bad)
        var configuration = ScenarioPublisher.Configuration()
        configuration.keyFrameInterval = 45
        scenario.publish(configuration)
        scenario.run(.milliseconds(500))
        for viewer in 0..<12 {
            scenario.join(hasRTX: viewer % 2 == 0)
            scenario.run(.milliseconds(70))
        }
        scenario.run(.seconds(2))
        let end = scenario.now - .milliseconds(800)
        for seat in scenario.seats {
            #expect(seat.ledger.isClean, "\(seat.id): \(seat.ledger.reused) reused")
            #expect(seat.video.broken == 0)
            #expect(seat.video.corrupted == 0)
            #expect(
                scenario.decodedShare(seat, from: end - .seconds(1), to: end) == 1,
                "\(seat.id): \(scenario.figures(seat))"
            )
        }
    }

    @Test func `of hundreds at once stay within the room's bounds and are whole`() throws {
        let scenario = Scenario()
        scenario.publish()
        scenario.run(.milliseconds(600))
        for _ in 0..<400 { scenario.join() }
        scenario.run(.milliseconds(450))
        #expect(scenario.mostOutputs <= 4_096)
        #expect(scenario.publisher?.keyFrames == 1)
        let end = scenario.now - .milliseconds(300)
        for seat in scenario.seats {
            #expect(seat.viewer.requests.video == 0)
            #expect(scenario.decodedShare(seat, from: .zero, to: end) == 1)
        }
    }

    @Test func `end when the viewer leaves, the publisher leaves, or another one comes`() throws {
        let scenario = Scenario()
        scenario.publish()
        scenario.run(.milliseconds(2_500))
        let leaving = scenario.join()
        let staying = scenario.join()
        scenario.run(.milliseconds(5))
        scenario.leave(leaving)
        scenario.run(.milliseconds(5))
        scenario.unpublish()
        scenario.run(.milliseconds(200))
        #expect(!scenario.room.isReplaying || scenario.room.subscriberCount == 1)
        var second = ScenarioPublisher.Configuration()
        second.source = 2
        scenario.publish(second)
        scenario.run(.seconds(2))
        #expect(!scenario.room.isReplaying)
        #expect(scenario.decodedShare(staying, from: .zero, to: scenario.now - .milliseconds(200)) == 1)
        #expect(staying.ledger.isClean)
    }
}
