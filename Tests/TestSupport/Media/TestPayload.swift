public import RTP

/// Payloads of media that is none, but looks like it to whoever forwards it.
///
/// Each ends with a trailer that says what it is, so that a receiver can tell whether it got what was sent:
///
/// ```
/// | source | frame, 32 bits | part, 16 bits | parts, 16 bits | key | check, 16 bits |
/// ```
public struct TestPayload: Equatable, Sendable {
    /// Bytes of the trailer.
    static let trailerLength = 12

    /// Who made it.
    public var source: UInt8
    /// Number of the frame.
    public var frame: UInt32
    /// Number of the packet in its frame.
    public var part: UInt16
    /// Packets of the frame.
    public var parts: UInt16
    /// Whether the frame needs no other.
    public var isKey: Bool

    /// The first packet of its frame.
    public var isFirst: Bool { part == 0 }
    /// The last packet of its frame.
    public var isLast: Bool { part + 1 == parts }

    /// A part of a frame.
    public init(source: UInt8, frame: UInt32, part: UInt16 = 0, parts: UInt16 = 1, isKey: Bool = false) {
        self.source = source
        self.frame = frame
        self.part = part
        self.parts = parts
        self.isKey = isKey
    }

    /// Reads the trailer; `nil` if the payload was not made here, or is not as it was made.
    public init?(parsing payload: ArraySlice<UInt8>) {
        guard payload.count >= Self.trailerLength else { return nil }
        let trailer = Array(payload.suffix(Self.trailerLength))
        let check = UInt16(trailer[10]) << 8 | UInt16(trailer[11])
        guard check == Self.check(Array(payload.dropLast(2))) else { return nil }
        source = trailer[0]
        frame = trailer[1...4].reduce(0) { $0 << 8 | UInt32($1) }
        part = UInt16(trailer[5]) << 8 | UInt16(trailer[6])
        parts = UInt16(trailer[7]) << 8 | UInt16(trailer[8])
        isKey = trailer[9] == 1
    }

    /// The payload of a packet in a format.
    ///
    /// - Parameters:
    ///   - length: Bytes; at least 24, key frames of H.264 48.
    public func bytes(_ codec: Codec, length: Int) -> [UInt8] {
        var bytes = head(codec)
        let filler = max(0, length - bytes.count - Self.trailerLength)
        let seed = UInt8(truncatingIfNeeded: frame &* 31 &+ UInt32(part))
        if codec == .h264, isKey, isFirst {
            // The rest of the aggregate is one more unit, of a type that decoders pass over.
            let content = max(0, filler - 3)
            let unit = UInt16(1 + content + Self.trailerLength)
            bytes += [UInt8(unit >> 8), UInt8(unit & 0xFF), 0x06]
            bytes += [UInt8](repeating: seed, count: content)
        } else {
            bytes += [UInt8](repeating: seed, count: filler)
        }
        appendTrailer(to: &bytes)
        return bytes
    }

    /// What the format needs in front.
    private func head(_ codec: Codec) -> [UInt8] {
        switch codec {
        case .vp8:
            // Extended, with a picture number of 15 bits (RFC 7741 §4.2), and the first byte of the frame's tag.
            let picture = UInt16(truncatingIfNeeded: frame) & 0x7FFF
            return [
                isFirst ? 0x90 : 0x80, 0x80, 0x80 | UInt8(picture >> 8), UInt8(picture & 0xFF),
                isKey ? 0x10 : 0x11,
            ]
        case .h264:
            guard isKey, isFirst else {
                // A fragment (RFC 6184 §5.8) that begins a slice at the first macroblock.
                return [0x7C, (isFirst ? 0x80 : 0) | (isKey ? 5 : 1), 0x80]
            }
            // Parameter sets as an aggregate (RFC 6184 §5.7.1).
            return [24, 0, 4, 0x67, 0x42, 0xE0, 0x1F, 0, 2, 0x68, 0xCE]
        default:
            return []
        }
    }

    private func appendTrailer(to bytes: inout [UInt8]) {
        bytes.append(source)
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: frame >> UInt32(shift))) }
        for number in [part, parts] {
            bytes.append(UInt8(number >> 8))
            bytes.append(UInt8(number & 0xFF))
        }
        bytes.append(isKey ? 1 : 0)
        let check = Self.check(bytes)
        bytes.append(UInt8(check >> 8))
        bytes.append(UInt8(check & 0xFF))
    }

    /// Of a few bytes everywhere, and of those at the end that say what it is.
    private static func check(_ bytes: [UInt8]) -> UInt16 {
        var sum = UInt16(truncatingIfNeeded: bytes.count)
        for index in stride(from: 0, to: bytes.count, by: 61) { sum = sum &* 31 &+ UInt16(bytes[index]) }
        for byte in bytes.suffix(trailerLength - 2) { sum = sum &* 31 &+ UInt16(byte) }
        return sum
    }
}
