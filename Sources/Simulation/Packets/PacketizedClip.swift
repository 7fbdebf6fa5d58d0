public import RTP

/// A clip whose frames are cut into payloads, ready to be sent any number of times; publishers share it.
public struct PacketizedClip: Sendable {
    /// The most bytes of a payload: a packet of 1,200 bytes with header, extensions and what RTX puts in.
    ///
    /// libwebrtc sends packets of 1,200 bytes at most, so that room for SRTP and tunnels is left below 1,280.
    static let maximumPayload = 1_160

    /// A picture that is cut into payloads.
    struct Frame: Equatable, Sendable {
        /// Nanoseconds since the beginning of the clip.
        var time: Int64
        /// Whether a decoder can begin with it.
        var isKey: Bool
        /// Its payloads; never empty.
        var payloads: Range<Int>
    }

    /// What it was made of.
    public let codec: Codec
    /// Nanoseconds after which it begins again.
    let duration: Int64
    /// In order; the first is a key frame.
    let frames: [Frame]
    /// All payloads of the pictures.
    let bytes: [UInt8]
    /// Where each payload of a picture lies.
    let payloads: [Range<Int>]
    /// Opus packets.
    let sound: [[UInt8]]
    /// Nanoseconds of sound in each.
    let soundInterval: Int64
    /// Bits of picture in a second, on average.
    public let videoBitrateBps: Int

    /// Cuts up a clip.
    public init(_ clip: Clip) {
        codec = clip.codec
        duration = clip.duration
        videoBitrateBps = clip.videoBitrateBps
        sound = clip.sound.map { Array(clip.bytes[$0]) }
        soundInterval = clip.soundInterval
        var frames: [Frame] = []
        var cut = PayloadWriter()
        for frame in clip.frames {
            let first = cut.payloads.count
            if clip.codec == .h264 {
                cut.appendH264(frame.parts, of: clip.bytes, maximum: Self.maximumPayload)
            } else {
                for part in frame.parts {
                    cut.appendVP8(part, of: clip.bytes, maximum: Self.maximumPayload)
                }
            }
            frames.append(Frame(time: frame.time, isKey: frame.isKey, payloads: first..<cut.payloads.count))
        }
        self.frames = frames
        bytes = cut.bytes
        payloads = cut.payloads
    }

    /// How long it is.
    public var length: Duration { .nanoseconds(duration) }
}

/// Gathers payloads.
struct PayloadWriter {
    private(set) var bytes: [UInt8] = []
    private(set) var payloads: [Range<Int>] = []

    /// Adds a payload made of these pieces.
    mutating func append(_ pieces: ArraySlice<UInt8>...) {
        let start = bytes.count
        for piece in pieces { bytes += piece }
        payloads.append(start..<bytes.count)
    }

    /// Cuts a range into as few parts of at most `maximum` bytes as there can be, whose lengths differ by one at most.
    static func parts(of range: Range<Int>, maximum: Int) -> [Range<Int>] {
        let count = max(1, (range.count + maximum - 1) / maximum)
        let (length, longer) = range.count.quotientAndRemainder(dividingBy: count)
        var start = range.lowerBound
        return (0..<count)
            .map { index in
                let end = start + length + (index < longer ? 1 : 0)
                defer { start = end }
                return start..<end
            }
    }
}
