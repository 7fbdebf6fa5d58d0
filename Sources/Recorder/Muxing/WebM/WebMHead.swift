/// What a file begins with, where it changes when the recording is over, and the changes.
///
/// ```
/// EBML header
/// Segment, of unknown size            -> its size
///     Void, 64 KiB                    -> SeekHead, and a Void over the rest
///     Info
///         TimestampScale: milliseconds
///         Void, 11 bytes              -> Duration
///         MuxingApp, WritingApp
///     Tracks
///     Cluster, Cluster, …
///                                     -> Cues
/// ```
///
/// RFC 9559 §4.5, §6; WebM Container Guidelines.
enum WebMHead {
    /// From the Segment's content on.
    static let reservedLength = 64 << 10
    /// Duration with its header, or the Void in its place.
    static let durationLength = 11
    /// The SeekHead with three entries and the header of the Void behind it are shorter.
    static let seekHeadLength = 128

    /// The EBML header and the Segment's identifier.
    static let prefix: [UInt8] = {
        var header: [UInt8] = []
        header.append(.ebmlVersion, 1)
        header.append(.ebmlReadVersion, 1)
        header.append(.ebmlMaxIDLength, 4)
        header.append(.ebmlMaxSizeLength, 8)
        header.append(.docType, "webm")
        header.append(.docTypeVersion, 4)
        header.append(.docTypeReadVersion, 2)
        var prefix: [UInt8] = []
        prefix.append(.ebml, header)
        prefix.append(EBMLID.segment)
        return prefix
    }()

    /// Info up to Duration.
    static let infoBeginning: [UInt8] = {
        var content: [UInt8] = []
        content.append(.timestampScale, 1_000_000)
        var info: [UInt8] = []
        info.append(EBMLID.info)
        info.append(ebmlSize: content.count + durationLength + infoEnd.count)
        return info + content
    }()

    /// Info from behind Duration on.
    static let infoEnd: [UInt8] = {
        var end: [UInt8] = []
        end.append(.muxingApp, "Porthole")
        end.append(.writingApp, "Porthole")
        return end
    }()

    static let segmentSizeOffset = Int64(prefix.count)
    /// Where the Segment's content begins, from which its positions count.
    static let contentOffset = segmentSizeOffset + 8
    static let infoOffset = contentOffset + Int64(reservedLength)
    static let durationOffset = infoOffset + Int64(infoBeginning.count)
    static let tracksOffset = durationOffset + Int64(durationLength + infoEnd.count)

    /// All before the first cluster.
    static func bytes(tracks: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(tracksOffset) + tracks.count)
        bytes += prefix
        bytes += [UInt8].unknownEBMLSize
        bytes.append(voidOf: reservedLength)
        bytes += infoBeginning
        bytes.append(voidOf: durationLength)
        bytes += infoEnd
        bytes += tracks
        return bytes
    }

    /// Makes a file of whole clusters one that can be sought in.
    ///
    /// The Segment's size comes last: a file that has it is finished.
    ///
    /// - Parameters:
    ///   - length: Of the file up to the end of the last cluster.
    ///   - duration: In microseconds; 0 is none, and none is longer than times can be.
    static func closing(
        length: Int64,
        duration: Int64,
        cues: CueList
    ) -> (changes: [FileChange], length: Int64) {
        var changes: [FileChange] = []
        let cuesElement = cues.element
        if !cuesElement.isEmpty { changes.append(.append(cuesElement)) }
        if duration > 0 {
            var element: [UInt8] = []
            element.append(.duration, float: Double(min(duration, FrameInterleaver.latest)) / 1_000)
            changes.append(.overwrite(offset: durationOffset, element))
        }
        let whole = length + Int64(cuesElement.count)
        let size = [UInt8](longEBMLSize: whole - contentOffset)
        let seekHead = seekHead(cues: cuesElement.isEmpty ? nil : length - contentOffset)
        changes.append(.overwrite(offset: segmentSizeOffset, size + seekHead))
        return (changes, whole)
    }

    /// - Parameter cues: Where they are, from the Segment's content on.
    private static func seekHead(cues: Int64?) -> [UInt8] {
        var positions: [(EBMLID, Int64)] = [
            (.info, infoOffset - contentOffset), (.tracks, tracksOffset - contentOffset),
        ]
        if let cues { positions.append((.cues, cues)) }
        var entries: [UInt8] = []
        for (id, position) in positions {
            var identifier: [UInt8] = []
            identifier.append(id)
            var seek: [UInt8] = []
            seek.append(.seekID, identifier)
            seek.append(.seekPosition, UInt64(clamping: position))
            entries.append(.seek, seek)
        }
        var element: [UInt8] = []
        element.append(.seekHead, entries)
        element.appendHeader(ofVoidOf: reservedLength - element.count)
        element += [UInt8](repeating: 0, count: max(0, seekHeadLength - element.count))
        return element
    }
}
