public import RTP

/// A short piece of encoded picture and sound that publishers send again and again.
public struct Clip: Sendable {
    /// One encoded picture.
    struct Frame: Equatable, Sendable {
        /// Nanoseconds since the beginning.
        var time: Int64
        /// Whether a decoder can begin with it.
        var isKey: Bool
        /// For VP8 one part, for H.264 the NAL units without start codes.
        var parts: [Range<Int>]
    }

    /// The longest gap between two frames that is taken for the length of the last one.
    private static let longestFrame: Int64 = 1_000_000_000

    /// VP8 or H.264.
    public let codec: Codec
    /// The picture's size in pixels, as the file says it; 0 if it does not.
    public let size: (width: Int, height: Int)
    /// The file, and the parameter sets of H.264 behind it.
    let bytes: [UInt8]
    /// In order; the first is a key frame.
    let frames: [Frame]
    /// Opus packets, one behind the other; empty if there is no sound.
    let sound: [Range<Int>]
    /// Nanoseconds of sound in each packet.
    let soundInterval: Int64
    /// Nanoseconds after which it begins again.
    let duration: Int64

    /// How long it is.
    public var length: Duration { .nanoseconds(duration) }

    /// Bits of picture in a second, on average.
    public var videoBitrateBps: Int {
        let bytes = frames.reduce(0) { $0 + $1.parts.reduce(0) { $0 + $1.count } }
        return Int(Double(bytes * 8) / (Double(duration) / 1e9))
    }

    /// Reads a Matroska or WebM file with VP8 or H.264, and Opus if there is sound.
    ///
    /// - Throws: Any case of ``ClipError`` but `unreadable` and `notMade`.
    public init(matroska file: [UInt8]) throws(ClipError) {
        let content = try MatroskaContent(file)
        guard let picture = content.tracks.first(where: { $0.isVideo && $0.codec != nil }),
            let codec = picture.codec
        else { throw .noVideo }
        var bytes = file
        let start = content.blocks.first { $0.track == picture.number }?.time ?? 0
        var frames: [Frame] = []
        let units = codec == .h264 ? try H264Units(configuration: picture.configuration, of: file) : nil
        let sets = units?.appendParameterSets(to: &bytes) ?? []
        for block in content.blocks where block.track == picture.number {
            let time = block.time - start
            if let units {
                var parts = try units.split(block.payload, of: file)
                let isKey = parts.contains { H264Units.isKeySlice(file[$0.lowerBound]) }
                if isKey, !parts.contains(where: { H264Units.isParameterSet(file[$0.lowerBound]) }) {
                    parts = sets + parts
                }
                frames.append(Frame(time: time, isKey: isKey, parts: parts))
            } else {
                // The first bit of the frame tag is 0 for a key frame (RFC 6386 §9.1).
                let isKey = block.payload.first.map { file[$0] & 1 == 0 } ?? false
                frames.append(Frame(time: time, isKey: isKey, parts: [block.payload]))
            }
        }
        frames.removeAll { $0.parts.isEmpty || $0.parts.contains(where: \.isEmpty) }
        guard let first = frames.first, first.isKey, let last = frames.last else { throw .noKeyFrame }
        let steps = zip(frames, frames.dropFirst()).map { $1.time - $0.time }
        guard steps.allSatisfy({ $0 > 0 }) else { throw .unsupported("frames out of order") }
        let step = steps.isEmpty ? 33_333_333 : last.time / Int64(steps.count)
        duration = last.time + min(step, Self.longestFrame)
        self.bytes = bytes
        self.codec = codec
        self.frames = frames
        size = picture.size
        let opus = content.tracks.first { $0.codec == .opus }
        let sound =
            opus.map { opus in content.blocks.filter { $0.track == opus.number }.map(\.payload) } ?? []
        soundInterval = sound.first.flatMap { OpusDuration.nanoseconds(of: file[$0]) } ?? 20_000_000
        // A broken packet would only be heard; what is empty would be no packet.
        self.sound = sound.filter { !$0.isEmpty }
    }
}

/// How long an Opus packet sounds.
enum OpusDuration {
    /// Nanoseconds; `nil` if it does not say (RFC 6716 §3.1).
    static func nanoseconds(of packet: ArraySlice<UInt8>) -> Int64? {
        guard let first = packet.first else { return nil }
        let configuration = first >> 3
        let frame: Int64 =
            switch configuration {
            case 0..<12: [10, 20, 40, 60][Int(configuration & 3)] * 1_000_000
            case 12..<16: [10, 20][Int(configuration & 1)] * 1_000_000
            default: [2_500, 5_000, 10_000, 20_000][Int(configuration & 3)] * 1_000
            }
        switch first & 3 {
        case 0: return frame
        case 1, 2: return frame * 2
        default:
            guard let count = packet.dropFirst().first.map({ Int64($0 & 63) }), count > 0 else { return nil }
            return frame * count
        }
    }
}
