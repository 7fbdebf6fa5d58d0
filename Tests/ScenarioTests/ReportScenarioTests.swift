import RTP
import SFU
import TestSupport
import Testing

@Suite("Reports")
struct ReportScenarioTests {
    @Test func `to the publisher say what was lost, how it jitters, and when its report came`() throws {
        var lossy = NetworkConditions.delay(.milliseconds(20))
        lossy.loss = 0.1
        let scenario = Scenario(seed: 2, up: lossy)
        var configuration = ScenarioPublisher.Configuration()
        configuration.answersNACKForAudio = false
        scenario.publish(configuration)
        scenario.join()
        scenario.run(.seconds(20))
        let publisher = try #require(scenario.publisher)
        for (ssrc, sent) in [
            (configuration.videoSSRC, nil), (configuration.audioSSRC, publisher.audioPackets),
        ] {
            let blocks = publisher.reports.filter { $0.ssrc == ssrc }
            let block = try #require(blocks.last)
            #expect((12...20).contains(blocks.count))
            let fractions = blocks.dropFirst().map { Double($0.fractionLost) / 256 }
            #expect(abs(fractions.reduce(0, +) / Double(fractions.count) - 0.1) < 0.03)
            #expect(Double(block.jitter) / (ssrc == configuration.videoSSRC ? 90_000 : 48_000) < 0.02)
            if let sent {
                #expect(abs(Double(block.cumulativeLost) - Double(sent) * 0.1) < 30)
            } else {
                #expect((300...900).contains(block.cumulativeLost))
            }
            // The cycles are counted from 0: numbers have wrapped once at most.
            #expect(block.extendedHighestSequence >> 16 <= 1)
            // What is known of the publisher's own report gives it its round trip, had this block just come.
            let arrival = configuration.wallClock + (scenario.now - .zero)
            let sinceBlock = try #require(block.roundTripTime(arrival: arrival))
            #expect(sinceBlock > .milliseconds(30) && sinceBlock < .seconds(4))
        }
    }

    @Test func `to the publisher name every packet that arrived, and the ceiling`() throws {
        var lossy = NetworkConditions.delay(.milliseconds(20))
        lossy.jitter = .milliseconds(30)
        let scenario = Scenario(seed: 2, up: lossy)
        scenario.publish()
        scenario.run(.seconds(5))
        let publisher = try #require(scenario.publisher)
        #expect(publisher.maximumBitrateBps == 8_000_000 || publisher.maximumBitrateBps ?? 0 > 7_900_000)
        let sent = Int(publisher.transportNumbers)
        #expect(sent > 1_500)
        // The last ones are on their way.
        #expect(publisher.reportedArrivals.count > sent - 80)
    }

    @Test func `of the viewer give its loss and round trip`() throws {
        var lossy = NetworkConditions.delay(.milliseconds(40))
        lossy.loss = 0.1
        let scenario = Scenario(seed: 4)
        scenario.publish()
        let seat = scenario.join(lossy, back: .delay(.milliseconds(40)))
        scenario.run(.seconds(10))
        let subscriber = try #require(scenario.room.subscriber(seat.id))
        #expect((0.04...0.16).contains(subscriber.fractionLost))
        let roundTrip = try #require(subscriber.roundTrip)
        #expect(roundTrip >= .milliseconds(78) && roundTrip <= .milliseconds(84))
        #expect(subscriber.resent > 100)
    }

    @Test func `to viewers count what was sent`() throws {
        let scenario = Scenario()
        scenario.publish()
        let seat = scenario.join()
        scenario.run(.seconds(6))
        let configuration = seat.viewer.configuration
        let audio = try #require(seat.viewer.senderReports.last { $0.report.ssrc == configuration.audioSSRC })
        let received = seat.viewer.sounds.filter { $0.at <= audio.at }.count
        #expect(abs(Int(audio.report.packetCount) - received) <= 2)
        #expect(Int(audio.report.octetCount) == Int(audio.report.packetCount) * 100)
        #expect(seat.viewer.senderReports.count >= 8)
    }
}
