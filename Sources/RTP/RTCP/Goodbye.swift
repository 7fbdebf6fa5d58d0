/// Says that sources have ended.
///
/// RFC 3550 §6.6.
public struct Goodbye: Equatable, Sendable {
    /// The sources; the first 31 are written.
    public var ssrcs: [UInt32]
    /// Why they leave; the first 255 bytes are written.
    public var reason: String?

    /// A goodbye of these sources.
    public init(ssrcs: [UInt32], reason: String? = nil) {
        self.ssrcs = ssrcs
        self.reason = reason
    }

    init?(parsing packet: Span<UInt8>, count: UInt8) {
        let end = 4 + Int(count) * 4
        guard packet.count >= end else { return nil }
        ssrcs = (0..<Int(count)).map { packet.uint32(at: 4 + $0 * 4) }
        guard packet.count > end else { return }
        let stop = end + 1 + Int(packet[end])
        guard packet.count >= stop else { return nil }
        reason = String(decoding: packet.bytes(in: end + 1..<stop), as: UTF8.self)
    }

    /// Appends the goodbye to a compound packet.
    public func write(to bytes: inout [UInt8]) {
        let ssrcs = ssrcs.prefix(31)
        bytes.appendRTCP(type: RTCPType.goodbye, format: UInt8(ssrcs.count)) { bytes in
            for ssrc in ssrcs {
                bytes.append(uint32: ssrc)
            }
            if let reason {
                let text = reason.utf8.prefix(255)
                bytes.append(UInt8(text.count))
                bytes.append(contentsOf: text)
            }
        }
    }
}
