import RTP
import TestSupport
import Testing

@testable import Recorder

@Suite("Repair of a file that was not finished")
struct MP4RepairTests {
    /// A file while it is made, with the file that it would have become at each fragment.
    private struct Live {
        var file = MP4TestFile()
        /// Where fragments end, and the index then.
        var ends: [(length: Int, index: MP4Index)] = []

        init(_ frames: [EncodedFrame]) {
            var writer = MP4Writer(video: MP4Frames.videoFormat, audio: MP4AudioFormat())
            for frame in frames {
                for change in writer.append(frame) {
                    file.apply([change])
                    ends.append((file.bytes.count, writer.index))
                }
            }
        }

        /// What repair should make of the first bytes of the file.
        func expected(_ length: Int) -> MP4TestFile? {
            guard let end = ends.last(where: { $0.length <= length }) else { return nil }
            var finished = MP4TestFile(bytes: Array(file.bytes.prefix(end.length)))
            finished.apply(end.index.changes())
            return finished
        }
    }

    @Test func `makes the same bytes as the end would have, wherever the file was cut`() throws {
        let live = Live(MP4Frames.stream(seconds: 10, group: 100))
        var random = SplitMix64(seed: 3)
        let head = live.ends.first?.length ?? 0
        let edges = live.ends.flatMap {
            [$0.length - 1, $0.length, $0.length + 1, $0.length + 8, $0.length + 300]
        }
        let cuts = edges + (0..<60).map { _ in Int.random(in: 0...live.file.bytes.count, using: &random) }
        for cut in cuts where cut <= live.file.bytes.count {
            let crashed = MP4TestFile(bytes: Array(live.file.bytes.prefix(cut)))
            guard cut >= head else {
                #expect(throws: MP4RepairError.headIncomplete) { try MP4Repair(of: crashed) }
                continue
            }
            let repaired = try crashed.repaired()
            #expect(repaired == live.expected(cut))
            #expect(MP4Walk(repaired.bytes).problems == [])
        }
    }

    @Test func `makes the finished file of one that crashed while it was finished`() throws {
        var writer = MP4Writer(video: MP4Frames.videoFormat, audio: MP4AudioFormat())
        var file = MP4TestFile()
        for frame in MP4Frames.stream(seconds: 9, group: 80) { file.apply(writer.append(frame)) }
        let changes = writer.finish(duration: 9_000_000)
        // The last fragment, the tables, the head.
        try #require(changes.count == 3)
        var finished = file
        finished.apply(changes)
        file.apply([changes[0]])
        guard case .append(let movie) = changes[1], case .overwrite(let offset, let head) = changes[2] else {
            Issue.record("other changes")
            return
        }
        for count in Array(stride(from: 0, to: movie.count, by: 97)) + [movie.count] {
            var crashed = file
            crashed.apply([.append(Array(movie.prefix(count)))])
            #expect(try crashed.repaired() == finished)
            // Without a sync between them, the head may be on the disk and the tables not.
            crashed.apply([changes[2]])
            #expect(try crashed.repaired() == finished)
        }
        for count in head.indices {
            var crashed = file
            crashed.apply([.append(movie), .overwrite(offset: offset, Array(head.prefix(count)))])
            #expect(try crashed.repaired() == finished)
        }
    }

    @Test func `leaves a finished file as it is, and says how long it plays`() throws {
        for seconds in [0, 1, 9] {
            let frames = MP4Frames.stream(seconds: Double(seconds))
            let finished = MP4Frames.file(frames, duration: Int64(seconds) * 1_000_000)
            let repair = try MP4Repair(of: finished)
            #expect(repair.length == finished.length)
            #expect(repair.changes == [])
            #expect(repair.duration == Int64(seconds) * 1_000_000)
        }
    }

    @Test func `writes a damaged end again`() throws {
        let finished = MP4Frames.file(MP4Frames.stream(seconds: 4))
        let movie = try #require(MP4Walk(finished.bytes).top.last)
        for place in stride(from: movie.start, to: movie.end, by: 61) {
            var damaged = finished
            damaged.bytes[place] ^= 0x55
            #expect(try damaged.repaired() == finished)
        }
        var longer = finished
        longer.bytes += Array(repeating: 0, count: 4_096)
        #expect(try longer.repaired() == finished)
    }

    @Test func `repairs a finished file that was cut`() throws {
        let live = Live(MP4Frames.stream(seconds: 8))
        var finished = live.file
        if let index = live.ends.last?.index { finished.apply(index.changes()) }
        for cut in stride(from: live.ends[3].length, to: finished.bytes.count, by: 997) {
            let crashed = MP4TestFile(bytes: Array(finished.bytes.prefix(cut)))
            let repaired = try crashed.repaired()
            #expect(MP4Walk(repaired.bytes).problems == [])
            #expect(repaired == live.expected(cut))
        }
    }

    @Test func `refuses what is not ours`() {
        let file = MP4Frames.file(MP4Frames.stream(seconds: 1))
        let foreign: [[UInt8]] = [
            Array(repeating: 0, count: 5_000),
            Array(repeating: 0xFF, count: 5_000),
            Array("<html><body>There is no video here</body></html>".utf8),
            [0x1A, 0x45, 0xDF, 0xA3] + Array(repeating: 0x80, count: 100),
            Array(file.bytes.dropFirst(28)),
            Array(file.bytes.prefix(28)) + Array(file.bytes.dropFirst(28 + 1_100)),
        ]
        for bytes in foreign {
            #expect(throws: MP4RepairError.unknownFile) { try MP4Repair(of: MP4TestFile(bytes: bytes)) }
        }
        #expect(throws: MP4RepairError.headIncomplete) { try MP4Repair(of: MP4TestFile()) }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `never traps, and leaves a whole file or an error`(seed: UInt64) throws {
        let live = Live(MP4Frames.stream(seconds: 4, group: 30))
        let finished = live.expected(live.file.bytes.count) ?? live.file
        let fragments = live.ends.first?.length ?? 0
        var random = SplitMix64(seed: seed)
        for round in 0..<400 {
            var bytes = round % 2 == 0 ? live.file.bytes : finished.bytes
            // Into the head, or behind it.
            let range = round % 3 == 0 ? 0..<fragments : fragments..<bytes.count
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: range, using: &random)
                let choice = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
                bytes[place] = choice.randomElement(using: &random) ?? 0
            }
            if round % 5 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            let crashed = MP4TestFile(bytes: bytes)
            guard let repair = try? MP4Repair(of: crashed) else { continue }
            #expect(repair.length <= crashed.length)
            var repaired = MP4TestFile(bytes: Array(bytes.prefix(Int(repair.length))))
            repaired.apply(repair.changes)
            #expect(!repaired.isBroken)
            let again = try repaired.repaired()
            #expect(again == repaired)
            #expect(try MP4Repair(of: repaired).changes == [])
        }
    }

    @Test func `reads a fragment in two pieces, and nothing of the samples`() throws {
        struct Counted: MP4Source {
            final class Reads { var sizes: [Int] = [] }
            let file: MP4TestFile
            let reads = Reads()
            var length: Int64 { file.length }
            func read(offset: Int64, count: Int) -> [UInt8] {
                reads.sizes.append(count)
                return file.read(offset: offset, count: count)
            }
        }
        let live = Live(MP4Frames.stream(seconds: 10))
        let source = Counted(file: live.file)
        _ = try MP4Repair(of: source)
        #expect(source.reads.sizes.count <= 2 * live.ends.count + 6)
        #expect((source.reads.sizes.max() ?? 0) < 4_096)
    }

    @Test func `passes on what reading throws`() {
        struct Broken: Error {}
        struct Source: MP4Source {
            var length: Int64 { 1_000 }
            func read(offset: Int64, count: Int) throws -> [UInt8] { throw Broken() }
        }
        #expect(throws: Broken.self) { try MP4Repair(of: Source()) }
        // Never takes for the end of a file what is the end of a read.
        struct Short: MP4Source {
            let file: MP4TestFile
            let limit: Int64
            var length: Int64 { file.length }
            func read(offset: Int64, count: Int) -> [UInt8] {
                file.read(offset: offset, count: Int(max(0, min(Int64(count), limit - offset))))
            }
        }
        let file = MP4Frames.file(MP4Frames.stream(seconds: 2))
        for limit in stride(from: 0, to: file.length - 200, by: 5_003) {
            let source = Short(file: file, limit: limit)
            #expect(throws: MP4RepairError.readIncomplete) { try MP4Repair(of: source) }
        }
    }
}
