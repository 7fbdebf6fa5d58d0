import RTP
import SFU
import TestSupport
import Testing

@Suite("Sources that change")
struct SourceChangeScenarioTests {
    private func configuration(_ source: UInt8) -> ScenarioPublisher.Configuration {
        var configuration = ScenarioPublisher.Configuration()
        configuration.source = source
        return configuration
    }

    /// Frames and sounds go on behind those of the source before: later on the wire, by about the time that passed.
    private func expectContinuity(_ seat: Seat, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(seat.ledger.isClean, sourceLocation: sourceLocation)
        #expect(seat.viewer.strangers == 0, sourceLocation: sourceLocation)
        #expect(seat.video.broken == 0, sourceLocation: sourceLocation)
        #expect(seat.viewer.requests == (0, 0), "numbers have no gap", sourceLocation: sourceLocation)
        for (before, after) in zip(seat.video.frames, seat.video.frames.dropFirst()) {
            let ticks = Double(Int32(bitPattern: after.timestamp &- before.timestamp)) / 90_000
            let passed = (after.at - before.at) / .seconds(1)
            #expect(ticks > 0 && abs(ticks - passed) < 0.15, sourceLocation: sourceLocation)
        }
        for (before, after) in zip(seat.viewer.sounds, seat.viewer.sounds.dropFirst()) {
            let ticks = Double(Int32(bitPattern: after.timestamp &- before.timestamp)) / 48_000
            let passed = (after.at - before.at) / .seconds(1)
            #expect(ticks > 0 && abs(ticks - passed) < 0.05, sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: [.zero, .milliseconds(400), .seconds(20)] as [Duration])
    func `another publisher continues what viewers see`(absence: Duration) throws {
        let scenario = Scenario()
        scenario.publish(configuration(1))
        let seat = scenario.join()
        scenario.run(.seconds(3))
        if absence > .zero {
            scenario.unpublish()
            scenario.run(absence)
        }
        scenario.publish(configuration(2))
        let start = scenario.now
        scenario.run(.seconds(3))
        #expect(seat.video.frames.contains { $0.source == 1 })
        #expect(scenario.decodedShare(seat, from: start, to: scenario.now - .milliseconds(200)) == 1)
        #expect(scenario.audioLoss(seat, from: start, to: scenario.now - .milliseconds(200)) == 0)
        #expect(scenario.publisher?.keyFrames == 1)
        expectContinuity(seat)
    }

    @Test func `viewers that have seen the first publisher and those that have not see the second alike`()
        throws
    {
        let scenario = Scenario()
        scenario.publish(configuration(1))
        let early = scenario.join()
        scenario.run(.seconds(2))
        scenario.unpublish()
        let between = scenario.join()
        scenario.run(.seconds(1))
        scenario.publish(configuration(2))
        let start = scenario.now
        scenario.run(.seconds(1))
        let late = scenario.join()
        scenario.run(.seconds(2))
        for seat in [early, between, late] {
            #expect(scenario.decodedShare(seat, from: start, to: scenario.now - .milliseconds(200)) == 1)
            expectContinuityOfNumbers(seat)
        }
        #expect(scenario.publisher?.keyFrames == 1)
    }

    private func expectContinuityOfNumbers(_ seat: Seat) {
        #expect(seat.ledger.isClean)
        #expect(seat.video.broken == 0)
        #expect(seat.viewer.requests == (0, 0))
    }

    @Test func `a new SSRC of the same publisher is taken after a second of silence`() throws {
        let scenario = Scenario()
        scenario.publish(configuration(1), knowsSources: false)
        let seat = scenario.join()
        scenario.run(.seconds(3))
        // The track's encoder begins anew, under another SSRC: the room is not told.
        scenario.publisher = ScenarioPublisher(configuration(2), seed: 9)
        let start = scenario.now
        scenario.run(.seconds(4))
        #expect(scenario.room.dropped[.unknownTrack] > 100)
        #expect(
            scenario.decodedShare(
                seat,
                from: start + .milliseconds(1_500),
                to: scenario.now - .milliseconds(200)
            ) == 1
        )
        #expect(seat.ledger.isClean)
        #expect(seat.viewer.requests == (0, 0))
        // The viewer asks when its picture stands, and the room when the source begins in the middle of a group.
        #expect((1...2).contains(scenario.publisher?.keyFrameRequests.count ?? 0))
    }

    @Test func `another codec goes to who takes it, and back`() throws {
        let scenario = Scenario()
        scenario.publish(configuration(1))
        let both = scenario.join()
        let onlyVP8 = scenario.join(codecs: [.vp8])
        let onlyH264 = scenario.join(codecs: [.h264])
        scenario.run(.seconds(2))
        #expect(onlyH264.video.packets == 0)

        scenario.publisher?.configuration.codec = .h264
        scenario.publisher?.makeKeyFrame(at: scenario.now)
        let changed = scenario.now + .milliseconds(100)
        scenario.run(.seconds(3))
        #expect(scenario.decodedShare(both, from: changed, to: scenario.now - .milliseconds(200)) == 1)
        #expect(scenario.decodedShare(onlyH264, from: changed, to: scenario.now - .milliseconds(200)) == 1)
        #expect(scenario.decodedShare(onlyVP8, from: changed, to: scenario.now) == 0)

        scenario.publisher?.configuration.codec = .vp8
        scenario.publisher?.makeKeyFrame(at: scenario.now)
        let back = scenario.now + .milliseconds(100)
        scenario.run(.seconds(3))
        #expect(scenario.decodedShare(both, from: back, to: scenario.now - .milliseconds(200)) == 1)
        #expect(scenario.decodedShare(onlyVP8, from: back, to: scenario.now - .milliseconds(200)) == 1)
        for seat in [both, onlyVP8, onlyH264] {
            #expect(seat.ledger.isClean)
            #expect(seat.video.broken == 0)
            #expect(seat.viewer.requests == (0, 0), "numbers close up over what was left out")
        }
        #expect(Set(both.video.frames.map(\.payloadType)) == [96, 102])
        #expect(scenario.publisher?.keyFrames == 3)
    }

    @Test(arguments: [100, 512, 513, 2_000, 20_000] as [UInt16])
    func `a gap of any length is got over by a key frame`(gap: UInt16) throws {
        let scenario = Scenario()
        scenario.publish(configuration(1))
        let seat = scenario.join()
        scenario.run(.seconds(2))
        scenario.publisher?.nextVideoSequence &+= gap
        let start = scenario.now
        scenario.run(.seconds(4))
        let publisher = try #require(scenario.publisher)
        #expect(
            scenario.decodedShare(seat, from: start + .seconds(2), to: scenario.now - .milliseconds(200))
                == 1,
            "\(scenario.figures(seat)) | \(scenario.publisherFigures)"
        )
        #expect(publisher.keyFrames == 2)
        #expect(publisher.nackedPackets <= (gap > 512 ? 0 : Int(gap) * 24))
        #expect(seat.ledger.isClean)
    }

    @Test func `sound and picture stay together when another publisher takes over`() throws {
        let scenario = Scenario()
        scenario.publish(configuration(1))
        let seat = scenario.join()
        scenario.run(.seconds(4))
        scenario.unpublish()
        scenario.run(.milliseconds(1_500))
        var second = configuration(2)
        // A clock that is an hour off.
        second.wallClock = NTPTime(seconds: 3_900_003_600, fraction: 77)
        scenario.publish(second)
        let replaced = scenario.now
        scenario.run(.seconds(4))
        let reports = seat.viewer.senderReports
        #expect(reports.count >= 12)
        // The wall clock that the viewer is told runs on as real time does.
        for (before, after) in zip(reports, reports.dropFirst()) {
            let told = after.report.ntp - before.report.ntp
            #expect(abs((told - (after.at - before.at)) / .milliseconds(1)) < 15)
        }
        // By the reports, a frame and a sound that were taken at the same moment have the same wall clock.
        for source in [1, 2] as [UInt8] {
            let skews = try skews(seat, source: source, before: source == 1 ? replaced : scenario.now)
            #expect(!skews.isEmpty)
            #expect(skews.allSatisfy { abs($0 / .milliseconds(1)) < 2 }, "\(skews)")
        }
    }

    /// How much later the picture's wall clock is than the sound's, at moments when both were taken.
    private func skews(_ seat: Seat, source: UInt8, before end: MonotonicTime) throws -> [Duration] {
        let configuration = seat.viewer.configuration
        func report(_ ssrc: UInt32) -> SenderReport? {
            seat.viewer.senderReports.last { $0.report.ssrc == ssrc && $0.at < end }?.report
        }
        let video = try #require(report(configuration.videoSSRC))
        let audio = try #require(report(configuration.audioSSRC))
        let sounds = Dictionary(
            seat.viewer.sounds.filter { $0.source == source }.map { ($0.number, $0.timestamp) },
            uniquingKeysWith: { first, _ in first }
        )
        return seat.video.frames.filter { $0.source == source && $0.number % 3 == 0 }
            .compactMap { frame in
                // Frame 3n and sound 5n are both taken after n tenths of a second.
                guard let sound = sounds[frame.number / 3 * 5] else { return nil }
                let picture = Double(Int32(bitPattern: frame.timestamp &- video.rtpTimestamp)) / 90_000
                let heard = Double(Int32(bitPattern: sound &- audio.rtpTimestamp)) / 48_000
                return (video.ntp - audio.ntp) + .seconds(picture - heard)
            }
    }
}
