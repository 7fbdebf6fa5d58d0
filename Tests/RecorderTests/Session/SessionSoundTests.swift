import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("Sound of a session")
struct SessionSoundTests {
    /// Whether sound has neither holes nor overlaps, but for the first and the last half second.
    private static func isWhole(_ file: RecordedSession.File) throws -> Bool {
        let sounds = try file.sounds()
        return zip(sounds, sounds.dropFirst()).allSatisfy { $1.time - $0.time == 20 }
    }

    @Test func `that never comes is silence`() throws {
        var publisher = VirtualPublisher()
        publisher.silences = [0..<10_000]
        let file = try #require(try RecordedSession(publisher.source(0..<10_000)).files.first)
        #expect(try file.silences().count == 500)
        #expect(try file.sounds().first?.time == 0)
        #expect(try Self.isWhole(file))
        #expect(file.end?.audioFrames == 0)
    }

    @Test(arguments: [1_000..<4_000, 0..<2_500, 8_000..<10_000] as [Range<Int64>])
    func `that is missing for a while is silence meanwhile`(missing: Range<Int64>) throws {
        var publisher = VirtualPublisher()
        publisher.silences = [missing]
        let session = try RecordedSession(publisher.source(0..<10_000))
        let file = try #require(session.files.first)
        #expect(try file.realSounds().count == 500 - missing.count / 20)
        #expect(try file.silences().count == missing.count / 20)
        #expect(try Self.isWhole(file))
        #expect(session.recorder.counters.lateSounds == 0)
        #expect(session.gaps.isEmpty)
        #expect(try file.skew() == 0)
    }

    @Test func `is never overtaken by silence while its packets may come`() throws {
        var publisher = VirtualPublisher()
        publisher.jitter = 300
        var events = publisher.source(0..<20_000)
        // Packets that are resent, some hundred milliseconds later; in their stead others wait.
        var random = SplitMix64(seed: 5)
        for (position, event) in events.enumerated() {
            guard event.at < 19_000, case .packet(.audio, var packet) = event.input, random.next() % 10 == 0
            else { continue }
            let at = event.at + Int64(random.next() % 150)
            packet.arrival = milliseconds(at)
            events[position] = (at, .packet(.audio, packet))
        }
        let session = try RecordedSession(events.sorted { $0.at < $1.at })
        let file = try #require(session.files.first)
        #expect(session.recorder.counters.lateSounds == 0)
        // Those that are overtaken by the first of all come too late.
        let late = session.recorder.counters.audio.reordering.late
        #expect(late < 20)
        #expect(try file.realSounds().count == 1_000 - late)
        #expect(try file.silences().count <= late)
    }

    @Test func `whose packets are lost is silence for as long`() throws {
        var publisher = VirtualPublisher()
        publisher.silences = [2_000..<2_020, 3_000..<3_100, 7_000..<7_800]
        let file = try #require(try RecordedSession(publisher.source(0..<10_000)).files.first)
        #expect(try file.silences().count == 1 + 5 + 40)
        #expect(try Self.isWhole(file))
    }

    @Test func `alone, with pauses, is as long as it was`() throws {
        var publisher = VirtualPublisher()
        publisher.hasVideo = false
        publisher.silences = [1_000..<1_400, 2_000..<2_400, 3_000..<5_000]
        let session = try RecordedSession(publisher.source(0..<6_000))
        let file = try #require(session.files.first)
        #expect(try file.sounds().count == 300)
        #expect(try Self.isWhole(file))
        #expect(session.gaps == [RecordingGap(position: 3_000_000, duration: 2_000_000)])
    }

    @Test func `whose ticks have stood still goes on where pictures are`() throws {
        var publisher = VirtualPublisher()
        publisher.silences = [2_000..<6_000]
        let events = publisher.source(0..<10_000)
            .map { event in
                guard case .packet(.audio, var packet) = event.input, event.at >= 6_000 else { return event }
                packet.timestamp &-= 4_000 * 48
                return (event.at, .packet(.audio, packet))
            }
        let session = try RecordedSession(events)
        let file = try #require(session.files.first)
        #expect(session.recorder.counters.lateSounds <= 6)
        #expect(try file.realSounds().count >= 294)
        #expect(abs(try file.skew()) <= 20)
        #expect(abs(session.recorder.duration - 10_000_000) <= 40_000)
    }

    @Test func `behind a stall of the network is where it belongs`() throws {
        var publisher = VirtualPublisher()
        let stalled = publisher.source(0..<10_000)
            .map { event in
                guard case .packet(let track, var packet) = event.input, (4_000..<6_500).contains(event.at)
                else { return event }
                // What has waited comes at ten times its speed.
                let at = 6_500 + (event.at - 4_000) / 10
                packet.arrival = milliseconds(at)
                return (at, RecordingInput.packet(track, packet))
            }
        let sorted = stalled.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
        let session = try RecordedSession(sorted)
        let file = try #require(session.files.first)
        #expect(try file.realSounds().count == 500)
        #expect(try file.skew() == 0)
        #expect(session.gaps.isEmpty)
        #expect(abs(session.recorder.duration - 10_000_000) <= 40_000)
    }

    @Test(arguments: [-10, 10, 40_000] as [Int64])
    func `whose ticks jump while it waits for a picture is where it was`(seconds: Int64) throws {
        var publisher = VirtualPublisher()
        publisher.blackouts = [0..<1_900]
        let events = publisher.source(0..<10_000)
            .map { event in
                guard case .packet(.audio, var packet) = event.input, event.at >= 1_000 else { return event }
                packet.timestamp &+= UInt32(truncatingIfNeeded: seconds * 48_000)
                return (event.at, .packet(.audio, packet))
            }
        let session = try RecordedSession(events)
        let file = try #require(session.files.first)
        #expect(session.files.count == 1)
        #expect(try file.realSounds().count >= 493)
        #expect(abs(session.recorder.duration - 10_000_000) <= 20_000)
        #expect(abs(try file.skew()) <= 20)
    }

    @Test func `of a night without anything is written little by little`() throws {
        var publisher = VirtualPublisher()
        var recorder = SessionRecorder()
        for event in publisher.source(0..<1_000) { recorder.receive(event.input) }
        while recorder.nextOutput() != nil {}
        for event in publisher.source(7_200_000..<7_200_100) { recorder.receive(event.input) }
        var silences = 0
        while case .some(let output) = recorder.nextOutput() {
            if case .change(.append(let bytes)) = output, bytes.suffix(3) == SoundTrack.silence[...] {
                silences += 1
            }
        }
        #expect(abs(silences - 359_950) <= 2)
    }
}
