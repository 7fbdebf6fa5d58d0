import RTP
import Testing

@testable import Recorder

/// What a recorder makes of a session, and whether its outputs are in order.
struct RecordedSession {
    struct File {
        var segment: RecordingSegment
        var content = MemoryFile()
        var end: RecordingSegmentEnd?
    }

    private(set) var files: [File] = []
    private(set) var gaps: [RecordingGap] = []
    private(set) var recorder: SessionRecorder
    private var now: Int64
    private var nextNumber: Int
    private var isOpen = false

    init(firstSegment: Int = 0, elapsed: Int64 = 0, at now: Int64 = 0) {
        recorder = SessionRecorder(firstSegment: firstSegment, elapsed: elapsed)
        nextNumber = firstSegment
        self.now = now
    }

    /// A whole session.
    init(_ events: [VirtualPublisher.Event]) throws {
        self.init(at: events.first?.at ?? 0)
        try play(events)
        try finish()
    }

    /// Inputs in their order, with the time between them.
    mutating func play(_ events: [VirtualPublisher.Event]) throws {
        for event in events {
            try advance(to: event.at)
            recorder.receive(event.input)
            try take()
        }
    }

    mutating func advance(to time: Int64) throws {
        while now + 100 <= time {
            now += 100
            recorder.advance(to: milliseconds(now))
            try take()
        }
    }

    mutating func finish() throws {
        recorder.finish(at: milliseconds(now))
        try take()
        #expect(!isOpen)
        #expect(recorder.nextOutput() == nil)
    }

    private mutating func take() throws {
        while let output = recorder.nextOutput() {
            switch output {
            case .segmentBegan(let segment):
                #expect(!isOpen)
                #expect(segment.number == nextNumber)
                #expect(segment.start >= files.last?.segment.start ?? 0)
                isOpen = true
                nextNumber += 1
                files.append(File(segment: segment))
            case .change(let change):
                #expect(isOpen)
                try files[files.count - 1].content.apply([change])
            case .segmentEnded(let end):
                #expect(isOpen)
                #expect(end.number == files.last?.segment.number)
                #expect(end.duration >= 0)
                files[files.count - 1].end = end
                isOpen = false
            case .gap(let gap):
                #expect(gap.duration > 0)
                #expect(gap.position >= gaps.last.map { $0.position + $0.duration } ?? 0)
                gaps.append(gap)
            }
        }
    }
}

extension RecordedSession.File {
    /// Milliseconds within the file.
    func pictures() throws -> [WebMFile.Block] { try WebMFile(content.bytes).blocks.filter { $0.track == 1 } }
    func sounds() throws -> [WebMFile.Block] { try WebMFile(content.bytes).blocks.filter { $0.track == 2 } }

    /// Without silence that was filled in.
    func realSounds() throws -> [WebMFile.Block] { try sounds().filter { $0.payload != SoundTrack.silence } }
    func silences() throws -> [WebMFile.Block] { try sounds().filter { $0.payload == SoundTrack.silence } }

    /// How much later pictures are than their sound, at most, in milliseconds; of frames from a time on.
    func skew(from start: Int64 = 0) throws -> Int64 {
        let sounds = Dictionary(
            try realSounds().map { (sampled($0.payload) / 20, $0.time - sampled($0.payload)) }
        ) { first, _ in first }
        let skews = try pictures()
            .compactMap { picture -> Int64? in
                let time = sampled(picture.payload)
                guard time >= start, let sound = sounds[time / 20] else { return nil }
                return picture.time - time - sound
            }
        return skews.max { abs($0) < abs($1) } ?? .max
    }
}
