import RTP
import SFU
import TestSupport
import Testing

@Suite("Networks that lose, delay and reorder")
struct LossScenarioTests {
    /// 5 % loss and up to 50 ms of jitter, each way.
    private func bad(keepsOrder: Bool = true) -> NetworkConditions {
        var conditions = NetworkConditions.delay(.milliseconds(15))
        conditions.loss = 0.05
        conditions.jitter = .milliseconds(50)
        conditions.keepsOrder = keepsOrder
        return conditions
    }

    @Test
    func `on a good network a viewer sees every frame and hears every sound, and nobody asks for anything`()
        throws
    {
        let scenario = Scenario()
        scenario.publish()
        let seat = scenario.join()
        scenario.run(.seconds(10))
        let publisher = try #require(scenario.publisher)
        let start = try #require(publisher.startedAt)
        let end = scenario.now - .milliseconds(100)
        #expect(scenario.decodedShare(seat, from: start, to: end) == 1, "\(scenario.figures(seat))")
        #expect(scenario.audioLoss(seat, from: start, to: end) == 0)
        #expect(seat.viewer.requests == (0, 0))
        #expect(seat.viewer.keyFrameRequests == 0)
        #expect(publisher.nackedPackets == 0)
        #expect(
            seat.video.freezes(longerThan: .milliseconds(100), since: seat.video.frames[0].at, until: end)
                == []
        )
        #expect(seat.ledger.isClean)
    }

    @Test(arguments: [true, false], [1, 2, 3] as [UInt64])
    func `5 % loss and 50 ms jitter each way cost no frame, no long freeze and no sound`(
        keepsOrder: Bool,
        seed: UInt64
    ) throws {
        let scenario = Scenario(seed: seed, up: bad(keepsOrder: keepsOrder))
        scenario.publish()
        let seat = scenario.join(bad(keepsOrder: keepsOrder))
        scenario.run(.seconds(20))
        let start = scenario.now - .seconds(18)
        let end = scenario.now - .seconds(1)
        #expect(scenario.decodedShare(seat, from: start, to: end) >= 0.999, "\(scenario.figures(seat))")
        #expect(seat.video.freezes(longerThan: .milliseconds(500), since: start, until: end) == [])
        #expect(scenario.audioLoss(seat, from: start, to: end) <= 0.001)
        #expect(seat.ledger.isClean)
    }
}
