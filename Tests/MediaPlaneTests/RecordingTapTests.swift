import Foundation
import PortholeCore
import RTP
import Recorder
import SFU
import Testing

@testable import MediaPlane

@Suite("Recording: from the media loop to the recorder's thread")
struct RecordingTapTests {
    private let queue = RecordingQueue()

    private func head(_ index: Int64, payload: Int, at milliseconds: Int64 = 0) -> RecordingBlock.Head {
        var head = RecordingBlock.Head(
            kind: .packet,
            at: MonotonicTime.zero.advanced(byMilliseconds: milliseconds)
        )
        head.index = index
        head.codec = .vp8
        head.timestamp = UInt32(truncatingIfNeeded: index * 3000)
        head.marker = index % 2 == 0
        head.length = UInt16(payload)
        return head
    }

    private func inputs(_ queue: RecordingQueue) -> [RecordingInput] {
        var inputs: [RecordingInput] = []
        for block in queue.takeFilled().blocks {
            block.read { inputs.append($0) }
            queue.recycle(block)
        }
        return inputs
    }

    @Test func `a block gives back what was put in, until it is full`() throws {
        let block = RecordingBlock()
        var put: [RecordingInput] = []
        var random = SystemRandomNumberGenerator()
        while true {
            let payload = (0..<Int.random(in: 0...1504))
                .map { _ in UInt8.random(in: 0...255, using: &random) }
            let head = head(Int64(put.count), payload: payload.count, at: Int64(put.count))
            guard payload.withUnsafeBytes({ block.append(head, payload: $0) }) else { break }
            put.append(
                .packet(
                    .video,
                    TrackPacket(
                        index: head.index,
                        arrival: head.at,
                        timestamp: head.timestamp,
                        codec: .vp8,
                        marker: head.marker,
                        payload: payload
                    )
                )
            )
        }
        #expect(put.count > 40)
        var got: [RecordingInput] = []
        block.read { got.append($0) }
        #expect(got == put)
        #expect(block.count <= RecordingBlock.capacity)
    }

    @Test func `what happens to the source is told in its order`() {
        let tap = RecordingTap(RecordingOrder(recording: RecordingID()), queue: queue)
        let (begin, end) = (MonotonicTime(nanoseconds: 5), MonotonicTime(nanoseconds: 9))
        tap.endSource(at: begin)
        tap.begin(hasAudio: true, hasVideo: false, at: begin)
        tap.endSource(at: end)
        #expect(!tap.handOver(at: end))
        #expect(inputs(queue).isEmpty)
        #expect(tap.handOver(at: end + RecordingTap.patience))
        #expect(
            inputs(queue) == [
                .sourceBegan(hasAudio: true, hasVideo: false, at: begin), .sourceEnded(at: end),
            ]
        )
    }

    @Test func `a recorder that is too slow misses packets, is told so, and of no source`() {
        var blocks: [RecordingBlock] = []
        while let block = queue.takeEmpty() { blocks.append(block) }
        #expect(blocks.count == RecordingQueue.mostBlocks)
        let tap = RecordingTap(RecordingOrder(recording: RecordingID()), queue: queue)
        let now = MonotonicTime(nanoseconds: 7)
        tap.begin(hasAudio: false, hasVideo: true, at: now)
        #expect(!tap.handOver(at: now, atOnce: true))
        for block in blocks { queue.recycle(block) }
        tap.endSource(at: now)
        #expect(tap.handOver(at: now, atOnce: true))
        #expect(
            inputs(queue) == [
                .overflowed(at: now), .sourceBegan(hasAudio: false, hasVideo: true, at: now),
                .sourceEnded(at: now),
            ]
        )
    }

    @Test func `a key frame is wanted when none came for long, or nothing can be shown`() {
        let tap = RecordingTap(RecordingOrder(recording: RecordingID()), queue: queue)
        let begin = MonotonicTime(nanoseconds: 1)
        #expect(!tap.needsKeyFrame(every: .seconds(10), at: begin + .seconds(60)))
        tap.begin(hasAudio: true, hasVideo: true, at: begin)
        #expect(!tap.needsKeyFrame(every: .seconds(10), at: begin + .seconds(9)))
        #expect(tap.needsKeyFrame(every: .seconds(10), at: begin + .seconds(10)))
        queue.needsKeyFrame = true
        #expect(tap.needsKeyFrame(every: .seconds(10), at: begin + .seconds(1)))
        tap.endSource(at: begin + .seconds(2))
        #expect(!tap.needsKeyFrame(every: .seconds(10), at: begin + .seconds(3)))
    }
}
