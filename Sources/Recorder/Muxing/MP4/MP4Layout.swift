/// Where in the head of a file is what gets known at the end.
struct MP4Layout: Equatable, Sendable {
    /// Of one track.
    struct Track: Equatable, Sendable {
        var track: MP4Track
        /// Of the duration in `tkhd`, 32 bits.
        var headerDuration: Int64
        /// Of the duration in `mdhd`, 64 bits.
        var mediaDuration: Int64
        /// What the edit list cuts off, in ticks.
        var skipped: Int64
    }

    /// Of the duration in `mvhd`, 32 bits.
    var movieDuration: Int64 = 0
    /// Of the `free` box that becomes `mehd`.
    var extendsHeader: Int64 = 0
    var tracks: [Track] = []
    /// The space for the index: a `free` box, and at the end of it `sidx`.
    var reserve: Range<Int64> = 0..<0

    /// Of `mehd` in version 1.
    static let extendsHeaderSize = 20

    /// The first byte behind the head.
    var end: Int64 { reserve.upperBound }
}
