/// Packet types and formats of RTCP.
enum RTCPType {
    // RFC 3550 §12.1.
    static let senderReport: UInt8 = 200
    static let receiverReport: UInt8 = 201
    static let sourceDescription: UInt8 = 202
    static let goodbye: UInt8 = 203
    // RFC 4585 §6.1.
    static let transportLayerFeedback: UInt8 = 205
    static let payloadSpecificFeedback: UInt8 = 206
    // RFC 3611 §5.
    static let extendedReport: UInt8 = 207
}

/// Formats of transport-layer feedback.
enum TransportLayerFormat {
    /// RFC 4585 §6.2.1.
    static let genericNACK: UInt8 = 1
    /// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
    static let transportFeedback: UInt8 = 15
}

/// Formats of payload-specific feedback.
enum PayloadSpecificFormat {
    /// RFC 4585 §6.3.1.
    static let pictureLossIndication: UInt8 = 1
    /// RFC 5104 §4.3.1.
    static let fullIntraRequest: UInt8 = 4
    /// RFC 4585 §6.4.
    static let applicationLayer: UInt8 = 15
}

extension [UInt8] {
    /// Writes a packet of RTCP: the common header, then what `body` writes, and sets the length.
    ///
    /// ```
    /// |V=2|P|  format |      type     |  length in words, minus one   |
    /// ```
    mutating func appendRTCP(type: UInt8, format: UInt8, body: (inout [UInt8]) -> Void) {
        let start = count
        append(0x80 | format & 0x1F)
        append(type)
        append(uint16: 0)
        body(&self)
        while (count - start) % 4 != 0 {
            append(0)
        }
        let words = UInt16(truncatingIfNeeded: (count - start) / 4 - 1)
        self[start + 2] = UInt8(truncatingIfNeeded: words >> 8)
        self[start + 3] = UInt8(truncatingIfNeeded: words)
    }
}
