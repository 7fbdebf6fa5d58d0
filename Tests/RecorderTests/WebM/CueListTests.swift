import Testing

@testable import Recorder

@Suite("Cues")
struct CueListTests {
    @Test func `a cue takes sixteen bytes`() {
        #expect(MemoryLayout<CueList.Cue>.stride == 16)
    }

    @Test func `each key frame of pictures has one, other pictures have none`() {
        var cues = CueList()
        for (index, time) in [Int64(0), 10, 20, 5_000, 9_000].enumerated() {
            cues.add(
                position: Int64(index),
                milliseconds: time,
                track: .video,
                isKeyFrame: index != 3
            )
        }
        #expect(cues.cues.map(\.time) == [0, 10, 20, 9_000])
    }

    @Test func `sound has one each five seconds, until there are pictures`() {
        var cues = CueList()
        for time in stride(from: Int64(0), through: 12_000, by: 1_000) {
            cues.add(position: time, milliseconds: time, track: .audio, isKeyFrame: true)
        }
        cues.add(position: 1, milliseconds: 12_001, track: .video, isKeyFrame: true)
        cues.add(position: 2, milliseconds: 20_000, track: .audio, isKeyFrame: true)
        #expect(cues.cues.map(\.time) == [0, 5_000, 10_000, 12_001])
        #expect(cues.cues.map(\.isVideo) == [false, false, false, true])
    }

    @Test func `when there are too many, every second one goes, the first one stays`() {
        var cues = CueList()
        for time in 0..<Int64(CueList.most) * 3 {
            cues.add(position: time, milliseconds: time * 33, track: .video, isKeyFrame: true)
        }
        #expect(cues.cues.count <= CueList.most)
        #expect(cues.cues.count > CueList.most / 2)
        #expect(cues.cues.first?.time == 0)
        #expect(zip(cues.cues, cues.cues.dropFirst()).allSatisfy { $0.time < $1.time })
        let last = cues.cues.last?.time ?? 0
        #expect(last > UInt32(CueList.most) * 3 * 33 - 3_000)
    }

    @Test func `no cue, no element`() {
        #expect(CueList().element.isEmpty)
    }
}
