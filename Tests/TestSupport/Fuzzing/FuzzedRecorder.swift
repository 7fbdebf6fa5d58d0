import RTP
import Recorder

/// A recorder whose inputs, times and ends are the bytes.
///
/// Watches that files begin and end in their order, and that what is whole needs no repair.
struct FuzzedRecorder {
    /// Commands of a run.
    private static let mostSteps = 1_000
    private static let codecs: [Codec] = [.vp8, .vp9, .av1, .h264, .opus, .red]

    private var recorder: SessionRecorder
    private var now = MonotonicTime.zero.advanced(bySeconds: 100)
    private var index: Int64 = 0
    private var timestamp: UInt32 = 0
    private var open: RecordingSegment?
    private var lastNumber = -1
    private var file = FuzzedFile()

    init() { recorder = SessionRecorder() }

    mutating func run(_ bytes: [UInt8]) throws(FuzzFinding) {
        var input = FuzzInput(bytes)
        let traits = input.byte()
        recorder = SessionRecorder(firstSegment: Int(traits & 3), elapsed: Int64(traits >> 2) * 10_000_000)
        lastNumber = Int(traits & 3) - 1
        for _ in 0..<Self.mostSteps where !input.isAtEnd {
            step(&input)
            try drain()
        }
        recorder.finish(at: now)
        try drain()
        try FuzzBody.expect(open == nil, "a recording that is over has no open file")
        try FuzzBody.expect(recorder.duration >= 0, "a duration is not negative")
    }

    private mutating func step(_ input: inout FuzzInput) {
        let step = input.byte()
        now = now.advanced(byMilliseconds: Int64(step >> 4))
        switch step & 15 {
        case 0:
            let what = input.byte()
            recorder.receive(.sourceBegan(hasAudio: what & 1 == 1, hasVideo: what & 2 == 2, at: now))
        case 1: recorder.receive(.sourceEnded(at: now))
        case 2: recorder.receive(.overflowed(at: now))
        case 3:
            let ntp = NTPTime(seconds: input.uint32(), fraction: input.uint32())
            let track: RecordingTrack = step & 16 == 0 ? .audio : .video
            recorder.receive(.senderReport(track, ntp: ntp, timestamp: input.uint32(), at: now))
        case 4: now = now.advanced(byMilliseconds: Int64(input.uint16()))
        case 5: recorder.advance(to: now)
        default: sendPacket(step, &input)
        }
    }

    private mutating func sendPacket(_ step: UInt8, _ input: inout FuzzInput) {
        let codec = Self.codecs[Int(step & 15) % Self.codecs.count]
        let traits = input.byte()
        // Mostly in order; now and then out of it, or far away.
        index += traits & 0x80 == 0 ? 1 : Int64(Int8(bitPattern: input.byte()))
        timestamp &+= traits & 0x40 == 0 ? 960 : input.uint32()
        let packet = TrackPacket(
            index: index,
            arrival: now,
            timestamp: timestamp,
            codec: codec,
            marker: traits & 1 == 1,
            payload: input.take(Int(input.byte()))
        )
        recorder.receive(.packet(codec.isVideo ? .video : .audio, packet))
    }

    private mutating func drain() throws(FuzzFinding) {
        while let output = recorder.nextOutput() {
            switch output {
            case .segmentBegan(let segment):
                try FuzzBody.expect(open == nil, "a file begins when the one before has ended")
                try FuzzBody.expect(segment.number == lastNumber + 1, "numbers of files ascend")
                try FuzzBody.expect(segment.start >= 0, "a file begins within the recording")
                (open, lastNumber, file) = (segment, segment.number, FuzzedFile())
            case .change(let change):
                try FuzzBody.expect(open != nil, "a change is of an open file")
                try file.apply(change)
            case .segmentEnded(let end):
                try FuzzBody.expect(open?.number == end.number, "the file that began ends")
                try FuzzBody.expect(end.duration >= 0, "a file lasts")
                if let open { try file.expectWhole(open.container) }
                open = nil
            case .gap(let gap):
                try FuzzBody.expect(gap.duration > 0 && gap.position >= 0, "a gap is a stretch")
            }
        }
    }
}
