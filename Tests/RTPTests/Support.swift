import RTP
import TestSupport

extension SplitMix64 {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// Bytes with each of their bits flipped, one after the other.
func withFlippedBits(_ bytes: [UInt8], _ body: ([UInt8]) throws -> Void) rethrows {
    for index in bytes.indices {
        for bit in 0..<8 {
            var flipped = bytes
            flipped[index] ^= 1 << bit
            try body(flipped)
        }
    }
}

/// All packets of a compound, those that can be read.
func readTolerantly(_ bytes: [UInt8]) -> (packets: [RTCPPacket], errors: [RTCPError]) {
    var reader = RTCPReader()
    var packets: [RTCPPacket] = []
    var errors: [RTCPError] = []
    // No datagram holds more packets than words.
    for _ in 0...bytes.count / 4 + 1 {
        do {
            guard let packet = try reader.next(in: bytes.span) else { return (packets, errors) }
            packets.append(packet)
        } catch {
            errors.append(error)
        }
    }
    preconditionFailure("the reader goes on without end")
}

func readOne(_ bytes: [UInt8]) throws -> RTCPPacket? {
    var reader = RTCPReader()
    return try reader.next(in: bytes.span)
}

func written(_ packet: RTCPPacket) -> [UInt8] {
    var bytes: [UInt8] = []
    packet.write(to: &bytes)
    return bytes
}

func milliseconds(_ amount: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: 0).advanced(byMilliseconds: amount)
}

// Macros cannot hold a span, so tests pass arrays.

func parse(_ bytes: [UInt8]) throws(RTPError) -> RTPHeader {
    try RTPHeader(parsing: bytes.span)
}

func parseProtected(_ bytes: [UInt8]) throws(RTPError) -> RTPHeader {
    try RTPHeader(parsingProtected: bytes.span)
}

func resolvePadding(_ header: inout RTPHeader, in plaintext: [UInt8]) throws(RTPError) {
    try header.resolvePadding(in: plaintext.span)
}

func inspect(_ payload: [UInt8], _ codec: Codec) -> PayloadInspection {
    PayloadInspection.inspect(payload.span, codec: codec)
}
