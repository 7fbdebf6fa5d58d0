import RTP
import Recorder

/// Frames out of the plain files that encoders write.
enum ElementaryStreams {
    /// IVF: a header of 32 bytes with the time base, then frames, each behind its size and time.
    static func ivf(_ file: [UInt8], codec: Codec) -> [EncodedFrame] {
        let rate = littleEndian(file[16..<20])
        let scale = littleEndian(file[20..<24])
        var frames: [EncodedFrame] = []
        var offset = 32
        while offset + 12 <= file.count {
            let size = littleEndian(file[offset..<offset + 4])
            let time = littleEndian(file[offset + 4..<offset + 12])
            let bytes = Array(file[offset + 12..<offset + 12 + size])
            frames.append(
                EncodedFrame(
                    codec: codec,
                    time: Int64(time * scale) * 1_000_000 / Int64(rate),
                    isKeyFrame: isKeyFrame(bytes, codec),
                    bytes: codec == .av1 ? withoutTemporalDelimiters(bytes) : bytes
                )
            )
            offset += 12 + size
        }
        return frames
    }

    /// Ogg (RFC 3533): packets over all pages, without the two of Opus's headers (RFC 7845 §3), 20 ms each.
    static func oggOpus(_ file: [UInt8]) -> [EncodedFrame] {
        var packets: [[UInt8]] = []
        var packet: [UInt8] = []
        var page = 0
        while page + 27 <= file.count {
            let segments = file[page + 27..<page + 27 + Int(file[page + 26])]
            var offset = segments.endIndex
            for segment in segments {
                packet += file[offset..<offset + Int(segment)]
                offset += Int(segment)
                if segment < 255 {
                    packets.append(packet)
                    packet = []
                }
            }
            page = offset
        }
        return packets.dropFirst(2).enumerated()
            .map { index, bytes in
                EncodedFrame(codec: .opus, time: Int64(index) * 20_000, isKeyFrame: true, bytes: bytes)
            }
    }

    /// `av1C` for a stream of 8 bits and 4:2:0, by its first frame (AV1 in ISOBMFF v1.2.0 §2.3.3).
    static func av1Configuration(_ first: [UInt8]) -> [UInt8] {
        guard let header = units(first).first(where: { type(first[$0.lowerBound]) == 1 }) else { return [] }
        let content = first[header].dropFirst(2)
        guard content.count > 3 else { return [] }
        let (profile, level) = (content[content.startIndex] >> 5, content[content.startIndex + 3] >> 3)
        return [0x81, profile << 5 | level, 0x0C, 0] + first[header]
    }

    private static func isKeyFrame(_ bytes: [UInt8], _ codec: Codec) -> Bool {
        switch codec {
        case .vp8: bytes[0] & 1 == 0
        case .vp9: bytes[0] & 0x0C == 0
        default: units(bytes).contains { type(bytes[$0.lowerBound]) == 1 }
        }
    }

    private static func withoutTemporalDelimiters(_ bytes: [UInt8]) -> [UInt8] {
        units(bytes).filter { type(bytes[$0.lowerBound]) != 2 }.flatMap { bytes[$0] }
    }

    private static func type(_ header: UInt8) -> UInt8 { header >> 3 & 15 }

    /// OBUs that have a size.
    private static func units(_ bytes: [UInt8]) -> [Range<Int>] {
        var units: [Range<Int>] = []
        var start = 0
        while start + 1 < bytes.count {
            var offset = start + 1 + Int(bytes[start] >> 2 & 1)
            var size = 0
            for shift in stride(from: 0, to: 56, by: 7) {
                size |= Int(bytes[offset] & 0x7F) << shift
                offset += 1
                if bytes[offset - 1] & 0x80 == 0 { break }
            }
            units.append(start..<offset + size)
            start = offset + size
        }
        return units
    }

    private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
