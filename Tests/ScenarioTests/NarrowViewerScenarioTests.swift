import RTP
import SFU
import TestSupport
import Testing

@Suite("A viewer whose path is too narrow")
struct NarrowViewerScenarioTests {
    /// A queue of 20 ms drops at once; one of a second delays first.
    @Test(arguments: [20, 1_000])
    func `gets sound, costs nobody else anything, and comes back within three seconds`(queue: Int) throws {
        let scenario = Scenario()
        scenario.publish()
        let others = [scenario.join(), scenario.join()]
        let narrow = scenario.join()
        scenario.run(.seconds(5))
        let keyFramesBefore = try #require(scenario.publisher).keyFrames

        let limited = scenario.now
        narrow.down.conditions.rateBps = 500_000
        narrow.down.conditions.queue = .milliseconds(queue)
        scenario.run(.seconds(20))

        let lifted = scenario.now
        let keyFramesWhileLimited = try #require(scenario.publisher).keyFrames - keyFramesBefore
        narrow.down.conditions.rateBps = nil
        scenario.run(.seconds(8))
        let end = scenario.now - .milliseconds(200)

        #expect(keyFramesWhileLimited <= 4)
        // Until it is noticed, sound shares a full queue with the picture.
        #expect(scenario.audioLoss(narrow, from: limited, to: lifted) < 0.015)
        #expect(scenario.audioLoss(narrow, from: limited + .seconds(2), to: lifted) < 0.002)
        #expect(scenario.decodedShare(narrow, from: lifted + .seconds(3), to: end) == 1)
        let start = limited - .seconds(4)
        for other in others {
            #expect(scenario.decodedShare(other, from: start, to: end) == 1)
            #expect(scenario.audioLoss(other, from: start, to: end) == 0)
            #expect(other.video.freezes(longerThan: .milliseconds(110), since: start, until: end) == [])
            #expect(other.viewer.requests == (0, 0))
        }
        #expect(narrow.ledger.isClean)
    }

    @Test(arguments: [20, 100, 300, 1_000], [650_000, 1_000_000, 1_500_000])
    func `is noticed soon after its queue is full, however long that is`(queue: Int, bitrate: Int) throws {
        let scenario = Scenario()
        var configuration = ScenarioPublisher.Configuration()
        configuration.bitrateBps = bitrate
        scenario.publish(configuration)
        let narrow = scenario.join()
        scenario.run(.seconds(5))
        narrow.down.conditions.rateBps = 500_000
        narrow.down.conditions.queue = .milliseconds(queue)
        let limited = scenario.now
        var isPaused = false
        while !isPaused, scenario.now - limited < .seconds(9) {
            scenario.run(.milliseconds(10))
            isPaused = scenario.room.subscriber(narrow.id)?.isVideoPaused == true
        }
        #expect(scenario.now - limited < .milliseconds(1_300), "\(scenario.now - limited)")
        // Pictures that were lost before are no more sent again, sound is.
        scenario.run(.milliseconds(300))
        let before = try #require(scenario.room.subscriber(narrow.id)).resent
        scenario.run(.milliseconds(400))
        #expect(try #require(scenario.room.subscriber(narrow.id)).resent - before <= 20)
    }

    @Test func `without transport-wide feedback its reports stop the video`() {
        let scenario = Scenario()
        scenario.publish()
        let narrow = scenario.join(transportSequenceID: 0)
        scenario.run(.seconds(3))
        narrow.down.conditions.rateBps = 500_000
        narrow.down.conditions.queue = .milliseconds(20)
        scenario.run(.seconds(20))
        let lifted = scenario.now
        #expect(scenario.publisher?.keyFrames ?? 0 <= 5)
        narrow.down.conditions.rateBps = nil
        scenario.run(.seconds(8))
        let end = scenario.now - .milliseconds(200)
        #expect(scenario.decodedShare(narrow, from: lifted + .seconds(5), to: end) == 1)
        #expect(scenario.room.subscriber(narrow.id)?.dropped[.congested] ?? 0 > 500)
        #expect(narrow.ledger.isClean)
    }

    @Test func `comes back even when what it was sent is long overwritten`() {
        let scenario = Scenario()
        var configuration = ScenarioPublisher.Configuration()
        configuration.bitrateBps = 8_000_000
        scenario.publish(configuration)
        let narrow = scenario.join()
        scenario.run(.seconds(3))
        narrow.down.conditions.rateBps = 300_000
        scenario.run(.seconds(20))
        let lifted = scenario.now
        narrow.down.conditions.rateBps = nil
        scenario.run(.seconds(6))
        let end = scenario.now - .milliseconds(200)
        #expect(scenario.decodedShare(narrow, from: lifted + .seconds(3), to: end) == 1)
        #expect(narrow.ledger.isClean)
    }

    @Test func `a publisher that comes while video is stopped is seen`() {
        let scenario = Scenario()
        scenario.publish()
        let narrow = scenario.join()
        scenario.run(.seconds(3))
        narrow.down.conditions.rateBps = 300_000
        scenario.run(.seconds(2))
        narrow.down.conditions.rateBps = nil
        #expect(scenario.room.subscriber(narrow.id)?.isVideoPaused == true)
        scenario.unpublish()
        scenario.run(.seconds(10))
        var second = ScenarioPublisher.Configuration()
        second.source = 2
        scenario.publish(second)
        let start = scenario.now + .seconds(1)
        scenario.run(.seconds(4))
        #expect(scenario.decodedShare(narrow, from: start, to: scenario.now - .milliseconds(200)) == 1)
        #expect(narrow.ledger.isClean)
    }

    @Test func `a long round trip, lost reports and a moment without network are no narrow path`() {
        let scenario = Scenario()
        scenario.publish()
        let far = scenario.join(.delay(.milliseconds(300)))
        var lossy = NetworkConditions.delay(.milliseconds(20))
        lossy.loss = 0.3
        let unheard = scenario.join(.delay(.milliseconds(20)), back: lossy)
        let absent = scenario.join()
        scenario.run(.seconds(4))
        let start = scenario.now
        for _ in 0..<5 {
            absent.down.conditions.loss = 1
            scenario.run(.milliseconds(300))
            absent.down.conditions.loss = 0
            scenario.run(.seconds(2))
        }
        let end = scenario.now - .seconds(1)
        for seat in [far, unheard, absent] {
            #expect(scenario.room.subscriber(seat.id)?.dropped[.congested] == 0)
            #expect(scenario.decodedShare(seat, from: start, to: end) == 1)
            #expect(seat.video.freezes(longerThan: .milliseconds(500), since: start, until: end) == [])
        }
        #expect(scenario.publisher?.keyFrames == 1)
    }
}
