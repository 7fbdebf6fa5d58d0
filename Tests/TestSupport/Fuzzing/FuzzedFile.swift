import RTP
import Recorder

/// A file of a recording in memory, and what a crash or a broken disk made of it.
struct FuzzedFile: MP4Source {
    private(set) var bytes: [UInt8] = []

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    var length: Int64 { Int64(bytes.count) }

    func read(offset: Int64, count: Int) -> [UInt8] {
        guard offset >= 0, offset < length, count > 0 else { return [] }
        return Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
    }

    mutating func apply(_ change: FileChange) throws(FuzzFinding) {
        switch change {
        case .append(let more): bytes += more
        case .overwrite(let offset, let new):
            let end = offset + Int64(new.count)
            try FuzzBody.expect(offset >= 0 && end <= length, "what is overwritten was written")
            bytes.replaceSubrange(Int(offset)..<Int(end), with: new)
        }
    }

    /// A file that says it is whole needs nothing.
    func expectWhole(_ container: RecordingSegment.Container) throws(FuzzFinding) {
        switch container {
        case .webm:
            guard let repair = try? webm() else { throw FuzzFinding("our own WebM is known") }
            try FuzzBody.expect(
                repair.changes.isEmpty && repair.length == length,
                "a whole WebM needs no repair"
            )
        case .mp4:
            guard let repair = try? MP4Repair(of: self) else { throw FuzzFinding("our own MP4 is known") }
            try FuzzBody.expect(
                repair.changes.isEmpty && repair.length == length,
                "a whole MP4 needs no repair"
            )
        }
    }

    private func webm() throws -> WebMRepair {
        try WebMRepair(length: length) { read(offset: $0, count: $1) }
    }

    /// Repairs it, if it can be, twice: the second time there is nothing to do.
    mutating func repair(_ container: RecordingSegment.Container) throws(FuzzFinding) {
        let (kept, changes): (Int64, [FileChange])
        switch container {
        case .webm:
            guard let repair = try? webm() else { return }
            (kept, changes) = (repair.length, repair.changes)
        case .mp4:
            guard let repair = try? MP4Repair(of: self) else { return }
            (kept, changes) = (repair.length, repair.changes)
        }
        try FuzzBody.expect(kept >= 0 && kept <= length, "a repair only cuts")
        bytes.removeSubrange(Int(kept)...)
        for change in changes { try apply(change) }
        try expectWhole(container)
    }
}

extension FuzzBody {
    /// What a crash left: any bytes, or the file of a short recording that the bytes change, cut and lengthen.
    static func repairFile(_ bytes: [UInt8]) throws(FuzzFinding) {
        var input = FuzzInput(bytes)
        let traits = input.byte()
        let container: RecordingSegment.Container = traits & 1 == 0 ? .webm : .mp4
        if traits & 2 == 2 {
            var file = FuzzedFile(input.take(bytes.count))
            return try file.repair(container)
        }
        var whole = FuzzedFile()
        for change in shortRecording(container, isFinished: traits & 4 == 4) { try whole.apply(change) }
        var changed = whole.bytes
        for _ in 0..<8 where !input.isAtEnd {
            let place = Int(input.uint32()) % max(1, changed.count)
            let patch = input.take(Int(input.byte() & 15))
            changed.replaceSubrange(place..<min(changed.count, place + patch.count), with: patch)
        }
        if traits & 8 == 8 { changed.removeSubrange((Int(input.uint32()) % (changed.count + 1))...) }
        var file = FuzzedFile(changed + input.take(bytes.count))
        try file.repair(container)
    }

    /// Two seconds of sound, and for MP4 nothing else either: what is in a frame is not looked at.
    private static func shortRecording(
        _ container: RecordingSegment.Container,
        isFinished: Bool
    ) -> [FileChange] {
        var changes: [FileChange] = []
        let frames = (0..<100)
            .map {
                EncodedFrame(
                    codec: .opus,
                    time: Int64($0) * 20_000,
                    isKeyFrame: true,
                    bytes: [0xF8, 0xFF, 0xFE]
                )
            }
        switch container {
        case .webm:
            guard var writer = WebMWriter(video: nil, audio: AudioTrackFormat(channels: 2)) else { return [] }
            for frame in frames { changes += writer.write(frame) }
            if isFinished { changes += writer.finish(duration: 2_000_000) }
        case .mp4:
            var writer = MP4Writer(video: nil, audio: MP4AudioFormat())
            for frame in frames { changes += writer.append(frame) }
            if isFinished { changes += writer.finish(duration: 2_000_000) }
        }
        return changes
    }
}
