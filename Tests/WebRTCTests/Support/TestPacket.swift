/// An RTP packet, as tests write it.
struct TestPacket {
    var ssrc: UInt32
    var sequence: UInt16
    var payload: [UInt8]
    var hasExtensions = false

    var bytes: [UInt8] {
        var bytes: [UInt8] = [hasExtensions ? 0x90 : 0x80, 96]
        bytes += [UInt8(sequence >> 8), UInt8(sequence & 255), 0, 0, 0, 9]
        bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ssrc >> $0) }
        if hasExtensions {
            // Two one-byte elements: 3 bytes with id 1, 2 bytes with id 2, and a byte of padding.
            bytes += [0xBE, 0xDE, 0, 2, 0x12, 1, 2, UInt8(sequence & 255), 0x21, 5, 6, 0]
        }
        return bytes + payload
    }
}
