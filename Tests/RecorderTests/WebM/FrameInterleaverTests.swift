import RTP
import Testing

@testable import Recorder

@Suite("The order of two tracks")
struct FrameInterleaverTests {
    private func given(_ frames: [EncodedFrame], flushes: Bool = false) -> [[Int64]] {
        var interleaver = FrameInterleaver(hasAudio: true, hasVideo: true)
        var groups = frames.map { frame in
            interleaver.add(frame)
            return taken(&interleaver)
        }
        if flushes { groups.append(taken(&interleaver, flushes: true)) }
        return groups
    }

    /// Milliseconds, negative of pictures.
    private func taken(_ interleaver: inout FrameInterleaver, flushes: Bool = false) -> [Int64] {
        var times: [Int64] = []
        while let frame = interleaver.next(flushes: flushes) {
            times.append(frame.time / 1_000 * (frame.track == .video ? -1 : 1))
        }
        return times
    }

    @Test func `a frame waits until the other track has come as far`() {
        let frames: [EncodedFrame] = [
            Streams.sound(20), Streams.sound(40), Streams.picture(30), Streams.sound(60), Streams.picture(60),
        ]
        #expect(given(frames, flushes: true) == [[], [], [20, -30], [], [40, 60, -60], []])
    }

    @Test func `sound comes before the picture of its time`() {
        #expect(given([Streams.picture(20), Streams.sound(20)]) == [[], [20, -20]])
    }

    @Test func `a track that has stopped holds the other back for six tenths of a second`() {
        let frames = (0...35).map { Streams.sound(Int64($0) * 20 + 20) }
        let groups = given(frames, flushes: true)
        #expect(groups.prefix(30).allSatisfy { $0.isEmpty })
        #expect(groups[30] == [20])
        #expect(groups[35] == [120])
        #expect(groups[36] == (7...36).map { $0 * 20 })
    }

    @Test func `a frame that goes back is of the time of the one before it in its track`() {
        let frames: [EncodedFrame] = [
            Streams.sound(40), Streams.sound(30), Streams.sound(-9), Streams.picture(50),
        ]
        #expect(given(frames)[3] == [40, 40, 40])
    }

    @Test(arguments: [Int64.min, .max])
    func `times that cannot be are bounded`(time: Int64) {
        var interleaver = FrameInterleaver(hasAudio: true, hasVideo: true)
        interleaver.add(EncodedFrame(codec: .opus, time: time, isKeyFrame: true, bytes: [1]))
        interleaver.add(EncodedFrame(codec: .vp8, time: time, isKeyFrame: true, bytes: [1]))
        #expect(interleaver.next()?.time == min(max(time, 0), FrameInterleaver.latest))
        #expect(interleaver.next() != nil)
    }

    @Test func `what is held has a bound`() {
        let many = given((0..<600).map { _ in Streams.sound(10) })
        #expect(many.prefix(FrameInterleaver.mostFrames).allSatisfy { $0.isEmpty })
        #expect(many.dropFirst(FrameInterleaver.mostFrames).allSatisfy { $0 == [10] })
        let megabyte = [UInt8](repeating: 0, count: 1 << 20)
        let large = given((0..<10).map { _ in Streams.picture(10, bytes: megabyte) })
        #expect(large.map(\.count) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    }

    @Test func `a track by itself waits for nobody`() {
        var interleaver = FrameInterleaver(hasAudio: true, hasVideo: false)
        interleaver.add(Streams.sound(1_000))
        #expect(taken(&interleaver) == [1_000])
    }
}
