/// What is known of a track before its first frame.
struct MP4TrackHead: Equatable, Sendable {
    var track: MP4Track
    /// Of the pictures; 0 by 0 of sound.
    var width: UInt16 = 0
    var height: UInt16 = 0
    /// What the edit list cuts off at the start, in ticks.
    var skipped: UInt32 = 0
    /// `stsd`, the whole box (ISO/IEC 14496-12 §8.5.2).
    var description: [UInt8]

    init(track: MP4Track, width: UInt16 = 0, height: UInt16 = 0, skipped: UInt32 = 0, description: [UInt8]) {
        self.track = track
        self.width = width
        self.height = height
        self.skipped = skipped
        self.description = description
    }

    init(_ format: MP4VideoFormat) {
        self.init(
            track: .video,
            width: MP4VideoFormat.pixels(format.size.width),
            height: MP4VideoFormat.pixels(format.size.height),
            description: Self.description { format.writeSampleEntry(to: &$0) }
        )
    }

    init(_ format: MP4AudioFormat) {
        self.init(
            track: .audio,
            skipped: UInt32(format.preSkip),
            description: Self.description { format.writeSampleEntry(to: &$0) }
        )
    }

    private static func description(_ entry: (inout BoxWriter) -> Void) -> [UInt8] {
        var writer = BoxWriter()
        writer.fullBox("stsd") {
            $0.uint32(1)
            entry(&$0)
        }
        return writer.bytes
    }
}
