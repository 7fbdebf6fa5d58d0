import RTP

@testable import Recorder

/// RTP packets as a sender made them, each behind two bytes of length (RFC 4571).
struct Capture {
    private let packets: [[UInt8]]

    init(hex: String) {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        var bytes: [UInt8] = []
        for position in stride(from: 0, to: digits.count - 1, by: 2) {
            bytes.append(UInt8(digits[position] << 4 | digits[position + 1]))
        }
        var packets: [[UInt8]] = []
        var rest = bytes[...]
        while let high = rest.popFirst(), let low = rest.popFirst() {
            let length = Int(high) << 8 | Int(low)
            packets.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        self.packets = packets
    }

    /// One packet each millisecond.
    func track(_ codec: Codec) throws -> [TrackPacket] {
        var unwrapper = SequenceUnwrapper()
        return try packets.enumerated()
            .map { position, bytes in
                let header = try RTPHeader(parsing: bytes.span)
                return packet(
                    unwrapper.unwrap(header.sequenceNumber),
                    header.timestamp,
                    marker: header.marker,
                    codec: codec,
                    at: Int64(position),
                    Array(bytes[header.payload])
                )
            }
    }
}
