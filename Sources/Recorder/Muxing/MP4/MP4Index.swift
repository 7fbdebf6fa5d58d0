/// What a file's end says of its fragments: which bytes and times they have, and where decoding may begin.
///
/// Made of fragments alone, so that the index of a repaired file is the one that would have been.
///
/// Each fragment is a reference of its own in `sidx`, and the first one of a group of pictures has the
/// duration of the whole group, all others 0. A player that seeks so finds the fragment with the key frame.
/// By the letter (ISO/IEC 14496-12 §8.16.3) a group would be one reference; but FFmpeg 8, and with it
/// Chromium, goes on from the first fragment of a reference to the next reference, and drops what is between.
///
/// Bounded by the space in the head. When it is full, neighbours within groups become one reference: seeking
/// goes on to work, and the players named lose what they drop.
struct MP4Index: Sendable {
    /// Bytes that follow each other and belong to one group of pictures.
    private struct Reference {
        var size: Int64
        /// In ticks: when the key frame is decoded that it begins with.
        var keyTime: Int64?
    }

    /// reference_count has 16 bits.
    private static let most = 65_535

    private let layout: MP4Layout
    /// How many references fit.
    let capacity: Int
    private var references: [Reference] = []
    /// The end of each track, in ticks.
    private var ends: [MP4Track: Int64] = [:]

    init(_ layout: MP4Layout) {
        self.layout = layout
        let space = layout.reserve.count - 8 - Self.headerSize
        capacity = min(max(space / Self.referenceSize, 0), Self.most)
    }

    /// How much of the space is taken, from 0 to 1.
    var fill: Double { capacity > 0 ? Double(references.count) / Double(capacity) : 1 }

    /// The track that `sidx` and `tfra` speak of: video if there is any.
    private var track: MP4Track { ends[.video] == nil ? .audio : .video }

    /// Adds the fragment behind the last one.
    mutating func add(_ fragment: MP4FragmentSummary) {
        if fragment.video != nil, ends[.video] == nil {
            // It was taken for sound without pictures until now.
            for index in references.indices { references[index].keyTime = nil }
        }
        if let span = fragment.video { ends[.video] = span.upperBound }
        if let span = fragment.audio { ends[.audio] = span.upperBound }
        if references.count >= capacity { merge() }
        let keyTime = track == .audio ? fragment.audio?.lowerBound : fragment.keyTime
        if references.count < capacity {
            references.append(Reference(size: fragment.size, keyTime: keyTime))
        } else if let last = references.indices.last {
            references[last].size += fragment.size
        }
    }

    /// Makes one of each two references of a group; where that gives little, of any two.
    private mutating func merge() {
        let before = references.count
        merge { $0.keyTime == nil }
        if references.count > before / 4 * 3 { merge { _ in true } }
    }

    private mutating func merge(where isMergeable: (Reference) -> Bool) {
        var merged: [Reference] = []
        merged.reserveCapacity(references.count)
        var isOpen = false
        for reference in references {
            if isOpen, let last = merged.indices.last, isMergeable(reference),
                merged[last].size + reference.size <= Self.largest
            {
                merged[last].size += reference.size
                isOpen = false
            } else {
                merged.append(reference)
                isOpen = true
            }
        }
        references = merged
    }
}

extension MP4Index {
    private static let headerSize = 40
    private static let referenceSize = 12
    /// referenced_size has 31 bits.
    private static let largest = Int64(Int32.max)

    /// How long the file plays, in microseconds: up to the end of the longer track.
    var duration: Int64 {
        layout.tracks.map { presentedEnd(of: $0) }.max() ?? 0
    }

    private func presentedEnd(of track: MP4Layout.Track) -> Int64 {
        track.track.microseconds(ticks: max((ends[track.track] ?? 0) - track.skipped, 0))
    }

    /// What to do to the file at its end, in this order: a crash between leaves what can be repaired.
    func changes() -> [FileChange] {
        let index = segmentIndex
        let free = layout.reserve.count - index.count
        var changes: [FileChange] = []
        if !references.isEmpty { changes.append(.append(randomAccess)) }
        // Within the `free` box, until that is made smaller.
        let hidden = [UInt8](repeating: 0, count: max(free - 8, 0)) + index
        changes.append(.overwrite(offset: layout.reserve.lowerBound + 8, hidden))
        changes += durations()
        var header = BoxWriter()
        header.uint32(UInt32(truncatingIfNeeded: free))
        changes.append(.overwrite(offset: layout.reserve.lowerBound, header.bytes))
        return changes
    }

    private func durations() -> [FileChange] {
        let movie = MP4Track.rescale(duration, from: 1_000_000, to: MP4Track.movieTimescale)
        var header = BoxWriter()
        header.uint32(UInt32(clamping: movie))
        var extends = BoxWriter()
        extends.fullBox("mehd", version: 1) { $0.uint64(UInt64(clamping: movie)) }
        var changes: [FileChange] = [
            .overwrite(offset: layout.movieDuration, header.bytes),
            .overwrite(offset: layout.extendsHeader, extends.bytes),
        ]
        for track in layout.tracks {
            let presented = MP4Track.rescale(
                presentedEnd(of: track),
                from: 1_000_000,
                to: MP4Track.movieTimescale
            )
            var header = BoxWriter()
            header.uint32(UInt32(clamping: presented))
            var media = BoxWriter()
            media.uint64(UInt64(clamping: ends[track.track] ?? 0))
            changes.append(.overwrite(offset: track.headerDuration, header.bytes))
            changes.append(.overwrite(offset: track.mediaDuration, media.bytes))
        }
        return changes
    }

    /// `sidx` in version 1 (ISO/IEC 14496-12 §8.16.3), or nothing: FFmpeg refuses one without references.
    private var segmentIndex: [UInt8] {
        guard !references.isEmpty else { return [] }
        // The last group lasts to the end of all tracks, since players take its end for the end of the file.
        let end = MP4Track.rescale(
            layout.tracks.map { $0.track.microseconds(ticks: ends[$0.track] ?? 0) }.max() ?? 0,
            from: 1_000_000,
            to: track.timescale
        )
        var durations = [UInt32](repeating: 0, count: references.count)
        var next = max(end, ends[track] ?? 0)
        var first = next
        for (index, reference) in references.enumerated().reversed() {
            guard let keyTime = reference.keyTime else { continue }
            durations[index] = UInt32(clamping: next - keyTime)
            next = keyTime
            first = keyTime
        }
        var writer = BoxWriter()
        writer.reserve(Self.headerSize + Self.referenceSize * references.count)
        writer.fullBox("sidx", version: 1) {
            $0.uint32(track.rawValue)
            $0.uint32(UInt32(track.timescale))
            $0.uint64(UInt64(clamping: first))
            $0.uint64(0)
            $0.uint16(0)
            $0.uint16(UInt16(truncatingIfNeeded: references.count))
            for (reference, duration) in zip(references, durations) {
                $0.uint32(UInt32(truncatingIfNeeded: min(reference.size, Self.largest)))
                $0.uint32(duration)
                // starts_with_SAP, SAP_type 1.
                $0.uint32(reference.keyTime == nil ? 0 : 0x9000_0000)
            }
        }
        return writer.bytes
    }

    /// `mfra` (ISO/IEC 14496-12 §8.8.9 to §8.8.11): the key frames that fragments begin with.
    private var randomAccess: [UInt8] {
        var writer = BoxWriter()
        writer.box("mfra") { mfra in
            mfra.fullBox("tfra", version: 1) {
                $0.uint32(track.rawValue)
                $0.uint32(0)
                $0.uint32(UInt32(clamping: references.count { $0.keyTime != nil }))
                var offset = layout.end
                // In a fragment video has the first `traf`; so has sound where there is no video.
                for reference in references {
                    if let keyTime = reference.keyTime {
                        $0.uint64(UInt64(clamping: keyTime))
                        $0.uint64(UInt64(clamping: offset))
                        $0.append([1, 1, 1])
                    }
                    offset += reference.size
                }
            }
            // The size of `mfra`, of which only this number is missing.
            mfra.fullBox("mfro") { $0.uint32(UInt32(truncatingIfNeeded: $0.bytes.count + 4)) }
        }
        return writer.bytes
    }
}
