/// Asks an encoder for a key frame, since a picture was lost.
///
/// RFC 4585 §6.3.1.
public struct PictureLossIndication: Equatable, Sendable {
    /// Who asks.
    public var sender: UInt32
    /// The source whose key frame is asked for.
    public var media: UInt32

    /// A request of `sender` to `media`.
    public init(sender: UInt32, media: UInt32) {
        self.sender = sender
        self.media = media
    }

    init?(parsing packet: Span<UInt8>) {
        guard packet.count >= 12 else { return nil }
        sender = packet.uint32(at: 4)
        media = packet.uint32(at: 8)
    }

    /// Appends the request to a compound packet.
    public func write(to bytes: inout [UInt8]) {
        bytes.appendRTCP(
            type: RTCPType.payloadSpecificFeedback,
            format: PayloadSpecificFormat.pictureLossIndication
        ) { bytes in
            bytes.append(uint32: sender)
            bytes.append(uint32: media)
        }
    }
}
