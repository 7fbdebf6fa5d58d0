import RTP

@testable import Recorder

/// Writes the headers of frames bit by bit.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var used = 8

    mutating func put(_ count: Int, _ value: UInt64) {
        for bit in (0..<count).reversed() {
            if used == 8 {
                bytes.append(0)
                used = 0
            }
            if value >> bit & 1 == 1 { bytes[bytes.count - 1] |= 0x80 >> used }
            used += 1
        }
    }

    /// An unsigned Exp-Golomb code.
    mutating func code(_ value: UInt64) {
        let length = 64 - (value + 1).leadingZeroBitCount
        put(length - 1, 0)
        put(length, value + 1)
    }

    /// A signed Exp-Golomb code.
    mutating func signed(_ value: Int64) {
        code(value > 0 ? UInt64(value) * 2 - 1 : UInt64(-value) * 2)
    }

    /// Fields of the given bits, one after the other.
    static func of(_ fields: [(Int, UInt64)]) -> [UInt8] {
        var writer = BitWriter()
        for (count, value) in fields { writer.put(count, value) }
        return writer.bytes
    }
}

func milliseconds(_ amount: Int64) -> MonotonicTime {
    MonotonicTime.zero.advanced(byNanoseconds: amount * 1_000_000)
}

func packet(
    _ index: Int64,
    _ timestamp: UInt32 = 0,
    marker: Bool = false,
    codec: Codec = .vp8,
    at arrival: Int64 = 0,
    _ payload: [UInt8] = [0]
) -> TrackPacket {
    TrackPacket(
        index: index,
        arrival: milliseconds(arrival),
        timestamp: timestamp,
        codec: codec,
        marker: marker,
        payload: payload
    )
}

extension FrameAssembler {
    /// All that is given of these packets, in this order.
    mutating func all(_ packets: [TrackPacket]) -> [Element] {
        packets.flatMap { receive($0) }
    }
}

extension [FrameAssembler.Element] {
    var frames: [DepacketizedFrame] {
        compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
    }

    var gaps: [Int64] {
        compactMap { if case .gap(let packets) = $0 { packets } else { nil } }
    }
}

/// A frame of VP8, as it is decoded; the body is arbitrary.
enum VP8Sample {
    static func keyFrame(width: Int = 64, height: Int = 48, body: [UInt8] = [1, 2, 3]) -> [UInt8] {
        [0x10, 0, 0, 0x9D, 0x01, 0x2A, UInt8(width & 0xFF), UInt8(width >> 8), UInt8(height & 0xFF)]
            + [UInt8(height >> 8)] + body
    }

    static func frame(body: [UInt8] = [4, 5, 6]) -> [UInt8] { [0x11, 0, 0] + body }

    /// Cut into packets of at most `length` bytes behind the least descriptor.
    static func payloads(_ frame: [UInt8], length: Int) -> [[UInt8]] {
        stride(from: 0, to: frame.count, by: length)
            .map { start in
                [start == 0 ? 0x10 : 0x00] + frame[start..<min(start + length, frame.count)]
            }
    }
}

/// The packets of frames, one timestamp after the other.
func packets(_ frames: [[[UInt8]]], codec: Codec, from first: Int64 = 1) -> [TrackPacket] {
    var packets: [TrackPacket] = []
    for (number, payloads) in frames.enumerated() {
        for (position, payload) in payloads.enumerated() {
            let index = first + Int64(packets.count)
            packets.append(
                packet(
                    index,
                    UInt32(number) * 3_000,
                    marker: position == payloads.count - 1,
                    codec: codec,
                    at: index,
                    payload
                )
            )
        }
    }
    return packets
}

/// What becomes of a frame of some payloads.
enum Outcome: Equatable {
    /// The frame is given up at this payload.
    case refused(PayloadVerdict, at: Int)
    case frame(FrameVerdict)

    var picture: Picture? {
        if case .frame(.picture(let picture)) = self { picture } else { nil }
    }
}

extension VideoDepacketizer {
    /// Gives a frame's payloads, the first of them with nothing known missing before it.
    mutating func take(_ payloads: [[UInt8]], isStartKnown: Bool = true) -> Outcome {
        for (position, payload) in payloads.enumerated() {
            switch append(payload, isStartKnown: isStartKnown || position > 0) {
            case .taken, .skipped: continue
            case let verdict:
                reset()
                return .refused(verdict, at: position)
            }
        }
        return .frame(finish())
    }
}
