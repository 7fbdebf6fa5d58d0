import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("A file while it is made, and at its end (ISO/IEC 14496-12)")
struct MP4WriterTests {
    @Test func `is a plain file at the end, with tables of all samples`() {
        let frames = MP4Frames.stream(seconds: 21)
        let walk = MP4Walk(MP4Frames.file(frames, duration: 21_000_000).bytes)
        #expect(walk.problems == [])
        #expect(walk.top.map(\.type) == ["ftyp", "free", "mdat", "moov"])
        #expect(walk.gaps == 0)
        let pictures = walk.tracks[1]?.samples ?? []
        let sounds = walk.tracks[2]?.samples ?? []
        #expect(pictures.count == 630)
        #expect(sounds.count == 1_050)
        #expect(pictures.map(\.isSync) == frames.filter { $0.track == .video }.map(\.isKeyFrame))
        #expect(pictures.filter(\.isSync).map(\.time) == (0..<11).map { Int64($0) * 180_000 })
        #expect(walk.mediaDurations == [1: 21 * 90_000, 2: 21 * 48_000])
        #expect(walk.movieDuration == 21_000)
        #expect(walk.tracks[1]?.edits.count == 0)
        #expect(walk.tracks[2]?.edits.map(\.time) == [312])
    }

    @Test func `does not move media when it is finished, and writes over the head at once`() {
        var writer = MP4Writer(video: MP4Frames.videoFormat, audio: MP4AudioFormat())
        var live = MP4TestFile()
        for frame in MP4Frames.stream(seconds: 3) { live.apply(writer.append(frame)) }
        let head = MP4Head(video: MP4Frames.videoFormat, audio: MP4AudioFormat()).bytes.count
        let changes = writer.finish(duration: 3_000_000)
        guard changes.count == 3, case .append = changes[0], case .append = changes[1],
            case .overwrite(let offset, let bytes) = changes[2]
        else {
            Issue.record("\(changes.count) changes")
            return
        }
        #expect(offset > 0 && Int(offset) + bytes.count == head)
        live.apply([changes[0]])
        var finished = live
        finished.apply(Array(changes.dropFirst()))
        #expect(finished.bytes[head..<live.bytes.count] == live.bytes[head...])
        #expect(head < 2_048)
    }

    @Test func `keeps every byte of every frame, in order`() {
        let frames = MP4Frames.stream(seconds: 3)
        let walk = MP4Walk(MP4Frames.file(frames).bytes)
        for (track, kind) in [(1, .video), (2, .audio)] as [(UInt32, RecordingTrack)] {
            let written = walk.samples(of: track).map { Array(walk.bytes[$0.bytes]) }
            #expect(written == frames.filter { $0.track == kind }.map(\.bytes))
        }
    }

    @Test func `has fragments of at most 250 ms, and a new one at each key frame`() {
        let walk = MP4Walk(MP4Frames.file(MP4Frames.stream(seconds: 12, group: 47)).bytes)
        for fragment in walk.fragments {
            let video = fragment.samples[1] ?? []
            let audio = fragment.samples[2] ?? []
            #expect(!video.dropFirst().contains { $0.isSync })
            #expect(video.reduce(0) { $0 + $1.duration } <= 22_500)
            #expect(audio.reduce(0) { $0 + $1.duration } <= 12_000)
        }
        #expect(walk.samples(of: 1).count { $0.isSync } == 8)
        #expect((48...64).contains(walk.fragments.count))
    }

    @Test func `is whole after every change, and lacks less than a second of what came`() {
        var random = SplitMix64(seed: 7)
        var writer = MP4Writer(video: MP4Frames.videoFormat, audio: MP4AudioFormat())
        var file = MP4TestFile()
        var pictures: [Int64] = []
        var packets: [Int64] = []
        var now: Int64 = 0
        for step in 0..<4_000 {
            now += Int64.random(in: 5_000...25_000, using: &random)
            // Either track stands still at times, for as long as it likes.
            let isVideoDown = step % 500 > 400
            let isAudioDown = step % 700 > 600
            if step % 2 == 0, !isVideoDown {
                pictures.append(now)
                file.apply(writer.append(MP4Frames.video(now, key: pictures.count % 90 == 1)))
            } else if !isAudioDown {
                packets.append(now)
                file.apply(writer.append(MP4Frames.audio(now)))
            } else {
                file.apply(writer.advance(to: now))
            }
            guard step % 50 == 0 else { continue }
            let walk = MP4Walk(file.bytes)
            #expect(walk.problems == [])
            for (track, sent) in [(1, pictures), (2, packets)] as [(UInt32, [Int64])] {
                let written = walk.samples(of: track).count
                #expect(written == sent.count || now - sent[written] < 800_000)
            }
        }
        file.apply(writer.finish(duration: now))
        #expect(MP4Walk(file.bytes).problems == [])
    }

    @Test func `writes a frame that waits for another after half a second, and then makes it last`() {
        var writer = MP4Writer(video: MP4Frames.videoFormat, audio: nil)
        var file = MP4TestFile()
        file.apply(writer.append(MP4Frames.video(0, key: true)))
        file.apply(writer.append(MP4Frames.video(40_000)))
        file.apply(writer.advance(to: 500_000))
        #expect(MP4Walk(file.bytes).samples(of: 1).map(\.duration) == [3_600])
        file.apply(writer.advance(to: 540_000))
        #expect(MP4Walk(file.bytes).samples(of: 1).map(\.duration) == [3_600, 3_600])
        file.apply(writer.append(MP4Frames.video(2_000_000)))
        file.apply(writer.finish(duration: 2_100_000))
        let walk = MP4Walk(file.bytes)
        #expect(walk.problems == [])
        #expect(walk.gaps == 1)
        #expect(walk.samples(of: 1).map(\.time) == [0, 3_600, 180_000])
        #expect(walk.mediaDurations[1] == 189_000)
        #expect(walk.tracks[1]?.samples.map(\.duration) == [3_600, 176_400, 9_000])
    }

    @Test func `carries a gap as the duration of the last frame before it`() {
        let frames = [
            MP4Frames.video(0, key: true), MP4Frames.video(33_000), MP4Frames.video(10_000_000, key: true),
        ]
        let walk = MP4Walk(MP4Frames.file(frames, audio: nil, duration: 10_050_000).bytes)
        #expect(walk.problems == [])
        #expect(walk.gaps == 0)
        #expect(walk.samples(of: 1).map(\.duration) == [2_970, 897_030, 4_500])
    }

    @Test(
        arguments: [
            ([0, 10, 5, 5, 40_000], [0, 1, 2, 3, 3_600]),
            ([50_000, -1, .min, 20_000], [4_500, 4_501, 4_502, 4_503]),
            ([0, .max, 3], [0, 6_333_186_975_990, 6_333_186_975_991]),
        ] as [([Int64], [Int64])]
    )
    func `has times that grow, whatever comes`(times: [Int64], ticks: [Int64]) {
        let frames = times.enumerated().map { MP4Frames.video($1, key: $0 == 0) }
        let walk = MP4Walk(MP4Frames.file(frames, audio: nil, duration: .max).bytes)
        #expect(walk.problems == [])
        #expect(walk.samples(of: 1).map(\.time) == ticks)
    }

    @Test
    func
        `drops what is not of the file: other codecs, nothing, pictures before a key frame, what is late`()
    {
        let vp8 = EncodedFrame(codec: .vp8, time: 0, isKeyFrame: true, bytes: [1])
        let red = EncodedFrame(codec: .red, time: 0, isKeyFrame: true, bytes: [1])
        let empty = EncodedFrame(codec: .h264, time: 0, isKeyFrame: true, bytes: [])
        let frames = [vp8, red, empty, MP4Frames.video(1), MP4Frames.video(2, key: true), MP4Frames.video(3)]
        let walk = MP4Walk(MP4Frames.file(frames, duration: 100_000).bytes)
        #expect(walk.problems == [])
        #expect(walk.samples(of: 1).map(\.isSync) == [true, false])
        var writer = MP4Writer(video: MP4Frames.videoFormat, audio: nil)
        _ = writer.finish(duration: 0)
        #expect(writer.append(MP4Frames.video(0, key: true)) == [])
        #expect(writer.advance(to: 1) == [])
        #expect(writer.finish(duration: 1) == [])
    }

    @Test(arguments: [(true, false), (false, true), (true, true), (false, false)])
    func `is whole with any tracks, and with nothing in them`(hasVideo: Bool, hasAudio: Bool) {
        let video = hasVideo ? MP4Frames.videoFormat : nil
        let audio = hasAudio ? MP4AudioFormat() : nil
        for frames in [
            [], MP4Frames.stream(seconds: 2), MP4Frames.stream(seconds: 2).filter { $0.track == .audio },
        ] {
            let walk = MP4Walk(MP4Frames.file(frames, video: video, audio: audio).bytes)
            #expect(walk.problems == [])
            #expect(walk.isFinished)
        }
    }

    @Test func `shows the last picture until the end, and cuts the last sound off there`() {
        let walk = MP4Walk(MP4Frames.file(MP4Frames.stream(seconds: 1), duration: 990_000).bytes)
        #expect(walk.mediaDurations == [1: 89_100, 2: 47_520])
        let longer = MP4Walk(MP4Frames.file(MP4Frames.stream(seconds: 1), duration: 1_500_000).bytes)
        #expect(longer.problems == [])
        #expect(longer.mediaDurations == [1: 135_000, 2: 48_000])
        #expect(longer.movieDuration == 1_500)
    }

    @Test func `begins where its first frames begin`() {
        let pictures = MP4Frames.stream(seconds: 2, from: 700_000).filter { $0.track == .video }
        let sound = MP4Frames.stream(seconds: 3).filter { $0.track == .audio }
        let file = MP4Frames.file(MP4Frames.merged(pictures, sound), duration: 3_000_000)
        let walk = MP4Walk(file.bytes)
        #expect(walk.problems == [])
        #expect(walk.samples(of: 1).first?.time == 63_000)
        #expect(walk.tracks[1]?.edits.map(\.time) == [-1, 0])
        #expect(walk.tracks[1]?.edits.map(\.duration) == [700, 2_300])
        #expect(walk.mediaDurations == [1: 207_000, 2: 144_000])
        #expect(walk.movieDuration == 3_000)
        #expect(walk.samples(of: 2).first?.time == 0)
        // Sound of the time of a key frame is with it, not before it.
        let group = walk.fragments.first { $0.samples[1] != nil }
        #expect(group?.samples[2]?.first.map { (32_640...33_600).contains($0.time) } == true)
    }

    @Test func `ends a track that has as many frames as it may`() throws {
        var writer = MP4Writer(video: MP4Frames.videoFormat, audio: MP4AudioFormat(), most: 100)
        var file = MP4TestFile()
        for frame in MP4Frames.stream(seconds: 6) { file.apply(writer.append(frame)) }
        file.apply(writer.finish(duration: 6_000_000))
        let walk = MP4Walk(file.bytes)
        #expect(walk.problems == [])
        for track in [1, 2] as [UInt32] { #expect((99...100).contains(walk.samples(of: track).count)) }
        #expect(try file.repaired() == file)
    }

    @Test func `holds little, however many frames come at one time`() {
        var writer = MP4Writer(video: MP4Frames.videoFormat, audio: MP4AudioFormat())
        var file = MP4TestFile()
        file.apply(writer.append(MP4Frames.video(0, key: true)))
        for _ in 0..<5_000 { file.apply(writer.append(MP4Frames.audio(0))) }
        let large = EncodedFrame(
            codec: .h264,
            time: 0,
            isKeyFrame: false,
            bytes: Array(repeating: 7, count: 3 << 20)
        )
        for _ in 0..<4 { file.apply(writer.append(large)) }
        #expect(file.bytes.count > 6 << 20)
        let walk = MP4Walk(file.bytes)
        #expect(walk.problems == [])
        #expect(walk.fragments.allSatisfy { ($0.samples[2] ?? []).count <= 1_000 })
        var huge = large
        huge.bytes = Array(repeating: 7, count: 16 << 20 + 1)
        #expect(writer.append(huge) == [])
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `is whole whatever comes`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var writer = MP4Writer(video: MP4Frames.videoFormat, audio: MP4AudioFormat())
        var file = MP4TestFile()
        var time: Int64 = 0
        for _ in 0..<3_000 {
            let other = Int64.random(in: .min ... .max, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0: time = other
            case 1..<5: time &+= 1_000_000
            case 5..<10: time &-= 400_000
            default: time &+= Int64.random(in: 0...30_000, using: &random)
            }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: file.apply(writer.advance(to: time))
            case 1..<5: file.apply(writer.append(MP4Frames.audio(time)))
            default:
                let isKey = Int.random(in: 0..<8, using: &random) == 0
                file.apply(writer.append(MP4Frames.video(time, key: isKey)))
            }
        }
        #expect(MP4Walk(file.bytes).problems == [])
        file.apply(writer.finish(duration: time))
        #expect(MP4Walk(file.bytes).problems == [])
        #expect(!file.isBroken)
        #expect(try file.repaired() == file)
    }
}
