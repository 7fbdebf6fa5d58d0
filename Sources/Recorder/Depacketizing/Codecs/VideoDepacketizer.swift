/// Puts the payloads of a frame together.
///
/// The assembler cuts the track into frames, and gives the payloads of one after the other, none missing in
/// between.
protocol VideoDepacketizer: Sendable {
    /// Bytes kept of the frame so far.
    var byteCount: Int { get }
    /// Whether the frame so far looks like a key frame.
    var promisesKeyFrame: Bool { get }

    /// Whether a payload is a frame's first for certain, though it has the timestamp of the one before.
    func beginsFrame(_ payload: [UInt8]) -> Bool

    /// Takes the next payload, which is not empty.
    ///
    /// - Parameter isStartKnown: Of a frame's first payload: whether no packet is missing before it.
    mutating func append(_ payload: [UInt8], isStartKnown: Bool) -> PayloadVerdict

    /// The frame has ended; what it is. The next payload begins another.
    mutating func finish() -> FrameVerdict

    /// Gives the frame up.
    mutating func reset()
}

/// What a payload was.
enum PayloadVerdict: Equatable {
    case taken
    /// Of a kind that is not taken; the frame can do without it.
    case skipped
    /// Of a kind that is not taken, and the frame needs it.
    case unsupported
    /// The frame's first packet is missing.
    case misplaced
    /// It breaks the rules of its format.
    case malformed
}

/// What a frame was.
enum FrameVerdict: Equatable {
    case picture(Picture)
    /// Nothing to show: parameter sets alone, padding.
    case nothing
    /// Cut off, or its header cannot be read.
    case damaged
}

/// A frame as the container wants it.
struct Picture: Equatable {
    var bytes: [UInt8]
    var isKeyFrame: Bool
    /// Of a key frame.
    var configuration: CodecConfiguration?
    /// Of a key frame.
    var size: PictureSize?
}
