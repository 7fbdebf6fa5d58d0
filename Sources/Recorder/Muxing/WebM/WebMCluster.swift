/// A cluster: its time, and blocks (RFC 9559 §5.1.3).
enum WebMCluster {
    /// Identifier and size, which has eight bytes in each of ours.
    static let sizeOffset: Int64 = 4
    static let contentOffset: Int64 = 12
    /// With the Timestamp element.
    static let longestHeader = 12 + 10

    static func appendHeader(time: Int64, to bytes: inout [UInt8]) {
        bytes.append(EBMLID.cluster)
        bytes.append(contentsOf: [UInt8].unknownEBMLSize)
        bytes.append(.timestamp, UInt64(clamping: time))
    }

    /// Tells the size of the cluster that is between these offsets of the file.
    static func size(from start: Int64, to end: Int64) -> FileChange {
        .overwrite(offset: start + sizeOffset, [UInt8](longEBMLSize: end - start - contentOffset))
    }
}

/// A SimpleBlock: one frame, not laced (RFC 9559 §10.2).
///
/// ```
/// +-------------------+-----------+------------------------------+-------------------+---------+
/// | identifier, size  | track, 1  | time from its cluster's, 2   | flags, 1: 0x80    | payload |
/// |                   | 0x80 | n  | signed, milliseconds         | where it is a key |         |
/// +-------------------+-----------+------------------------------+-------------------+---------+
/// ```
enum WebMBlock {
    /// Identifier and size of at most nine bytes, and the four of the block's own.
    static let longestHeader = 9 + ownHeader
    static let ownHeader = 4
    static let keyFrameFlag: UInt8 = 0x80

    static func appendHeader(
        track: RecordingTrack,
        isKeyFrame: Bool,
        time: Int16,
        payloadCount: Int,
        to bytes: inout [UInt8]
    ) {
        bytes.append(EBMLID.simpleBlock)
        bytes.append(ebmlSize: payloadCount + ownHeader)
        bytes.append(0x80 | WebMTracks.number(of: track))
        bytes.append(bigEndian: UInt64(UInt16(bitPattern: time)), count: 2)
        bytes.append(isKeyFrame ? keyFrameFlag : 0)
    }
}
