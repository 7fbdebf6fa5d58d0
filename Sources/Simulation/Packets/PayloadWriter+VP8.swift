/// The payload format of VP8, with picture numbers of 15 bits.
///
/// ```
/// |1|0|0|S|0| 0   |1|0 0 0 0 0 0 0|1| picture ID, 15 bits        |
///  X     S   PID   I               M
/// ```
///
/// RFC 7741 §4.2.
enum VP8Descriptor {
    /// Its length in bytes.
    static let length = 4

    /// The bytes of a descriptor with picture number 0.
    static func bytes(startsFrame: Bool) -> [UInt8] { [startsFrame ? 0x90 : 0x80, 0x80, 0x80, 0] }

    /// Writes the picture number into a payload that begins at `offset`.
    static func setPictureID(_ number: UInt16, in packet: inout [UInt8], at offset: Int) {
        packet[offset + 2] = 0x80 | UInt8(truncatingIfNeeded: number >> 8)
        packet[offset + 3] = UInt8(truncatingIfNeeded: number)
    }
}

extension PayloadWriter {
    /// Adds the payloads of a frame; the picture number is filled in when they are sent.
    ///
    /// The whole frame is sent as partition 0, as libwebrtc does it: a receiver needs all of it anyway.
    mutating func appendVP8(_ frame: Range<Int>, of bytes: [UInt8], maximum: Int) {
        for part in Self.parts(of: frame, maximum: maximum - VP8Descriptor.length) {
            let isFirst = part.lowerBound == frame.lowerBound
            append(VP8Descriptor.bytes(startsFrame: isFirst)[...], bytes[part])
        }
    }
}
