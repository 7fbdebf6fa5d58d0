import TestSupport
import Testing

@testable import Recorder

@Suite("WebM that a crash left behind")
struct WebMRepairTests {
    private static let streams: [String: [EncodedFrame]] = [
        "sound and pictures": Streams.session(milliseconds: 2_500),
        "rare key frames": Streams.session(milliseconds: 5_600, keyDistance: 10_000, pictureBytes: 40),
        "only key frames": Streams.session(milliseconds: 800, keyDistance: 1),
        "sound": Streams.session(milliseconds: 5_400, hasVideo: false),
        "pictures": Streams.session(milliseconds: 4_000, hasAudio: false),
    ]

    /// What is behind the last whole block: nothing, the beginning of the next one, zeros, or anything.
    private func rests(_ next: ArraySlice<UInt8>, _ random: inout SplitMix64) -> [[UInt8]] {
        let count = Int(random.next() % 40) + 1
        return [
            [], Array(next.prefix(Int(random.next() % UInt64(max(1, next.count))))),
            [UInt8](repeating: 0, count: count), random.bytes(count),
        ]
    }

    @Test(arguments: streams.keys.sorted())
    func `is the same as a file finished after its last whole block`(name: String) throws {
        let frames = Self.streams[name, default: []]
        var random = SplitMix64(seed: 7)
        var writer = try #require(WebMWriter(video: Streams.video, audio: Streams.audio))
        var live = MemoryFile()
        try live.apply(writer.begin())
        // Each state of the file while it grew, and how many blocks it has.
        var states: [(MemoryFile, blocks: Int)] = [(live, 0)]
        for frame in frames { try extend(&live, writer.write(frame), &states) }
        try extend(&live, writer.flush(), &states)
        #expect(states.count == frames.count + 1)
        for (index, state) in states.enumerated() where index % 3 == 0 || index + 1 == states.count {
            let expected = try WebMWriter.file(frames.prefix(state.blocks))
            let next = live.bytes.dropFirst(state.0.bytes.count)
            let following = index + 1 < states.count ? states[index + 1].0.bytes.count : live.bytes.count
            for rest in rests(next.prefix(following - state.0.bytes.count), &random) {
                #expect(try MemoryFile(state.0.bytes + rest).repaired() == expected)
            }
            // The same bytes with the sizes that their clusters got later.
            let patched = MemoryFile(Array(live.bytes.prefix(state.0.bytes.count)))
            #expect(try patched.repaired() == expected)
        }
    }

    private func extend(
        _ file: inout MemoryFile,
        _ changes: [FileChange],
        _ states: inout [(MemoryFile, blocks: Int)]
    ) throws {
        for change in changes {
            try file.apply([change])
            if case .append = change { states.append((file, (states.last?.blocks ?? 0) + 1)) }
        }
    }

    @Test func `cut anywhere, it holds all blocks that were whole`() throws {
        let frames = Streams.session(milliseconds: 1_500, keyDistance: 10)
        let live = try WebMWriter.file(frames, isFinished: false)
        let blocks = try WebMFile(live.bytes).blocks
        let head = try WebMWriter.file([], isFinished: false).bytes.count
        for length in stride(from: head, through: live.bytes.count, by: 7) {
            let repaired = try MemoryFile(Array(live.bytes.prefix(length))).repaired()
            let file = try WebMFile(repaired.bytes)
            #expect(file.isFinished)
            #expect(file.blocks == blocks.filter { $0.end <= length })
        }
    }

    @Test func `a file that is finished is left as it is, one whose end was interrupted is finished`() throws
    {
        let frames = Streams.session(milliseconds: 3_000)
        let finished = try WebMWriter.file(frames)
        let whole = try WebMRepair(length: Int64(finished.bytes.count), reading: finished.read)
        #expect(whole.changes.isEmpty)
        #expect(whole.length == Int64(finished.bytes.count))

        var writer = try #require(WebMWriter(video: Streams.video, audio: Streams.audio))
        var file = MemoryFile()
        for frame in frames { try file.apply(writer.write(frame)) }
        try file.apply(writer.flush())
        for change in writer.finish() {
            #expect(try file.repaired() == finished)
            if case .append(let bytes) = change {
                let half = MemoryFile(file.bytes + bytes.prefix(bytes.count / 2))
                #expect(try half.repaired() == finished)
            }
            try file.apply([change])
        }
        #expect(file == finished)
        #expect(try MemoryFile(finished.bytes + [1, 2, 3]).repaired() == finished)
        let cut = try WebMFile(try MemoryFile(finished.bytes.dropLast(2_000)).repaired().bytes)
        #expect(cut.isFinished)
        #expect(cut.blocks.count < frames.count)
    }

    @Test func `clusters whose size was lost get it again`() throws {
        let frames = Streams.session(milliseconds: 6_000)
        let live = try WebMWriter.file(frames, isFinished: false)
        var unsized = live
        for cluster in try WebMFile(live.bytes).clusters {
            try unsized.apply([.overwrite(offset: Int64(cluster.offset + 4), .unknownEBMLSize)])
        }
        #expect(unsized != live)
        #expect(try unsized.repaired() == WebMWriter.file(frames))
    }

    @Test func `a file of which nearly all sizes are gone is nobody's crash`() throws {
        var bytes = try WebMWriter.file([], isFinished: false).bytes
        for index in 0...WebMRepair.mostPatches {
            WebMCluster.appendHeader(time: Int64(index), to: &bytes)
            WebMBlock.appendHeader(track: .video, isKeyFrame: true, time: 0, payloadCount: 1, to: &bytes)
            bytes.append(9)
        }
        #expect(throws: WebMRepairError.damaged) { try MemoryFile(bytes).repaired() }
    }

    @Test func `damage within a cluster that is over does not cost what follows`() throws {
        let frames = Streams.session(milliseconds: 6_000)
        var live = try WebMWriter.file(frames, isFinished: false)
        let cluster = try WebMFile(live.bytes).clusters[2]
        try live.apply([.overwrite(offset: Int64(cluster.blocks[3].end), [0, 0, 0, 0])])
        let last = try #require(cluster.blocks.last).end
        let repair = try WebMRepair(length: Int64(live.bytes.count), reading: live.read)
        #expect(repair.length == Int64(live.bytes.count))
        #expect(Int(repair.length) > last)
    }

    @Test func `refuses what is not ours`() throws {
        let live = try WebMWriter.file(Streams.session(milliseconds: 100), isFinished: false)
        let headLength = try WebMWriter.file([], isFinished: false).bytes.count
        func refused(_ bytes: [UInt8]) {
            #expect(throws: WebMRepairError.foreign) { try MemoryFile(bytes).repaired() }
        }
        refused([])
        refused([UInt8]("not a film".utf8))
        refused([UInt8](repeating: 0, count: 100_000))
        refused([0x1A, 0x45, 0xDF, 0xA3])
        for length in [10, 50, 1_000, headLength - 1] { refused(Array(live.bytes.prefix(length))) }
        // Another application's name, another DocType, another track's number.
        for offset in [Int(WebMHead.durationOffset) + 15, 25, Int(WebMHead.tracksOffset) + 9] {
            var other = live.bytes
            other[offset] ^= 0x10
            refused(other)
        }
    }

    @Test func `what reading throws comes out`() throws {
        struct DiskError: Error {}
        #expect(throws: DiskError.self) {
            try WebMRepair(length: 100_000) { _, _ in throw DiskError() }
        }
    }

    @Test func `a file of five gigabytes costs some megabytes of reading, and a window of memory`() throws {
        let head = try WebMWriter.file([], isFinished: false).bytes
        let payload = 1_999_000
        var cluster: [UInt8] = []
        WebMCluster.appendHeader(time: 0x0100_0000, to: &cluster)
        WebMBlock.appendHeader(track: .video, isKeyFrame: true, time: 0, payloadCount: payload, to: &cluster)
        let headers = cluster
        let whole = Int64(headers.count + payload)
        let count: Int64 = 2_500
        let length = Int64(head.count) + count * whole + 1_000
        var (bytesRead, largest) = (0, 0)
        let repair = try WebMRepair(length: length) { offset, size in
            bytesRead += size
            largest = max(largest, size)
            var bytes = [UInt8](repeating: 0, count: size)
            for index in bytes.indices {
                let position = offset + Int64(index)
                guard position >= Int64(head.count) else {
                    bytes[index] = head[Int(position)]
                    continue
                }
                let (cluster, within) = (position - Int64(head.count)).quotientAndRemainder(dividingBy: whole)
                guard within < Int64(headers.count) else { break }
                switch within {
                case 4..<12 where cluster < count - 1:
                    bytes[index] = [UInt8](longEBMLSize: whole - 12)[Int(within) - 4]
                // The clusters' time, four bytes that begin with 1.
                case 16, 17: bytes[index] = UInt8(truncatingIfNeeded: (cluster * 2) >> (8 * (17 - within)))
                default: bytes[index] = headers[Int(within)]
                }
            }
            return bytes
        }
        #expect(repair.length == length - 1_000)
        #expect(bytesRead < 50_000_000)
        #expect(largest <= 16_384)
        guard case .append(let cues)? = repair.changes.dropFirst().first else {
            Issue.record("cues come after the size of the last cluster")
            return
        }
        #expect(cues.count > Int(count) * 12)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `never traps, and what it makes is finished`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let frames = Streams.session(milliseconds: 2_000, keyDistance: 12, pictureBytes: 60, seed: seed)
        let sources = try [true, false].map { try WebMWriter.file(frames, isFinished: $0).bytes }
        let head = Int(WebMHead.tracksOffset) - 200
        for _ in 0..<150 {
            var bytes = sources[Int(random.next() % 2)]
            for _ in 0..<random.next() % 6 {
                let isHead = random.happens(0.1)
                let range = isHead ? 0..<150 : head..<bytes.count
                let place = Int.random(in: range, using: &random)
                switch random.next() % 4 {
                case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
                case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 2:
                    let end = min(place + 8, bytes.count)
                    bytes.replaceSubrange(place..<end, with: random.bytes(end - place))
                default:
                    if !isHead { bytes.removeSubrange(place..<min(place + 20, bytes.count)) }
                }
            }
            if random.happens(0.5) { bytes.removeLast(Int(random.next() % 3_000)) }
            let repaired: MemoryFile
            do { repaired = try MemoryFile(bytes).repaired() } catch let error as WebMRepairError {
                #expect(error == .foreign)
                continue
            }
            let again = try WebMRepair(length: Int64(repaired.bytes.count), reading: repaired.read)
            #expect(again.changes.isEmpty)
            #expect(again.length == Int64(repaired.bytes.count))
        }
    }

    @Test func `lengths that cannot be do not overflow`() throws {
        let live = try WebMWriter.file(Streams.session(milliseconds: 500), isFinished: false)
        let repair = try WebMRepair(length: .max, reading: live.read)
        #expect(repair.length == Int64(live.bytes.count))
        #expect(throws: WebMRepairError.foreign) { try WebMRepair(length: .min, reading: live.read) }
    }
}
