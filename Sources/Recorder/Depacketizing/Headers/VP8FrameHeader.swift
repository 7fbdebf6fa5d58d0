/// The uncompressed part of a VP8 frame's header.
///
/// ```
/// | first partition's length, 19 bits |H| version, 3 bits |P|    little-endian
/// | 9D 01 2A |  width, 14 bits, scale  | height, 14 bits, scale |   if not P
/// ```
///
/// RFC 6386 §9.1.
struct VP8FrameHeader: Equatable {
    var isKeyFrame: Bool
    /// Of a key frame.
    var size: PictureSize?

    /// Reads it; `nil` if the frame is too short for it, or a key frame has no start code or no size.
    init?(parsing frame: ArraySlice<UInt8>) {
        let start = frame.startIndex
        guard frame.count >= 3 else { return nil }
        isKeyFrame = frame[start] & 1 == 0
        guard isKeyFrame else { return }
        guard frame.count >= 10, frame[start + 3..<start + 6].elementsEqual([0x9D, 0x01, 0x2A]) else {
            return nil
        }
        let width = Int(frame[start + 6]) | Int(frame[start + 7] & 0x3F) << 8
        let height = Int(frame[start + 8]) | Int(frame[start + 9] & 0x3F) << 8
        guard width > 0, height > 0 else { return nil }
        size = PictureSize(width: width, height: height)
    }
}
