import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("Sound and pictures of a session")
struct SessionSkewTests {
    @Test(arguments: [-250, -80, 0, 130, 250] as [Int64])
    func `are together by reports, though one is longer on its way`(delay: Int64) throws {
        var publisher = VirtualPublisher()
        publisher.reports = [.audio, .video]
        publisher.audioDelay = 300
        publisher.videoDelay = 300 + delay
        let session = try RecordedSession(publisher.source(0..<20_000))
        let file = try #require(session.files.first)
        #expect(abs(try file.skew()) >= abs(delay) - 1)
        #expect(abs(try file.skew(from: 12_000)) <= 2)
        #expect(try file.realSounds().count >= 985)
        let pictures = try file.pictures()
        // Milliseconds are rounded, so a tenth may be one more.
        for (one, other) in zip(pictures, pictures.dropFirst()) {
            #expect(abs(other.time - one.time - 40) <= 5)
        }
    }

    @Test(arguments: [[], [.audio], [.video]] as [Set<RecordingTrack>])
    func `are together by arrival without reports of both`(reports: Set<RecordingTrack>) throws {
        var publisher = VirtualPublisher()
        publisher.reports = reports
        publisher.videoDelay = 90
        let file = try #require(try RecordedSession(publisher.source(0..<10_000)).files.first)
        #expect(try file.skew(from: 1_000) == 70)
    }

    @Test(arguments: [true, false], [-200, 200] as [Int64])
    func `stay together, whatever the clocks do`(hasReports: Bool, drift: Int64) throws {
        var publisher = VirtualPublisher()
        publisher.jitter = 40
        publisher.reports = hasReports ? [.audio, .video] : []
        publisher.audioDrift = drift
        publisher.videoDrift = -drift
        let session = try RecordedSession(publisher.source(0..<300_000))
        let file = try #require(session.files.first)
        // 400 millionths of five minutes would be 120 ms.
        #expect(abs(try file.skew(from: 10_000)) <= 30)
        #expect(session.recorder.counters.lateSounds == 0)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `are not torn apart by absurd reports`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var publisher = VirtualPublisher()
        publisher.reports = [.audio, .video]
        let kind = seed % 4
        let events = publisher.source(0..<20_000)
            .map { event in
                guard case .senderReport(let track, var ntp, var timestamp, let time) = event.input else {
                    return event
                }
                if kind == 0 { ntp = NTPTime(rawValue: 0) }
                if kind == 1 { ntp = NTPTime(rawValue: random.next()) }
                if kind == 2 { timestamp = UInt32(truncatingIfNeeded: random.next()) }
                if kind == 3, track == .video { ntp = ntp + .seconds(7_200) }
                return (event.at, .senderReport(track, ntp: ntp, timestamp: timestamp, at: time))
            }
        let file = try #require(try RecordedSession(events).files.first)
        #expect(try file.skew() == 0)
    }
}
