/// Commands an encoder to send a key frame, with a number that tells a repetition from a new command.
///
/// RFC 5104 §4.3.1.
public struct FullIntraRequest: Equatable, Sendable {
    /// A command to one source.
    public struct Entry: Equatable, Sendable {
        /// The source that shall send a key frame.
        public var ssrc: UInt32
        /// One more for each new command, modulo 2^8.
        public var sequenceNumber: UInt8

        /// A command of this number to this source.
        public init(ssrc: UInt32, sequenceNumber: UInt8) {
            self.ssrc = ssrc
            self.sequenceNumber = sequenceNumber
        }
    }

    /// The most entries that are read or written.
    public static let maximumCount = 31

    /// Who asks.
    public var sender: UInt32
    /// A command for each source.
    public var entries: [Entry]

    /// A request of `sender`.
    public init(sender: UInt32, entries: [Entry]) {
        self.sender = sender
        self.entries = entries
    }

    init?(parsing packet: Span<UInt8>) {
        guard packet.count >= 20 else { return nil }
        sender = packet.uint32(at: 4)
        // The media source at 8 is not used (RFC 5104 §4.3.1.2).
        let count = min((packet.count - 12) / 8, Self.maximumCount)
        entries = (0..<count)
            .map { index in
                let offset = 12 + index * 8
                return Entry(ssrc: packet.uint32(at: offset), sequenceNumber: packet[offset + 4])
            }
    }

    /// Appends the request to a compound packet.
    public func write(to bytes: inout [UInt8]) {
        bytes.appendRTCP(
            type: RTCPType.payloadSpecificFeedback,
            format: PayloadSpecificFormat.fullIntraRequest
        ) { bytes in
            bytes.append(uint32: sender)
            bytes.append(uint32: 0)
            for entry in entries.prefix(Self.maximumCount) {
                bytes.append(uint32: entry.ssrc)
                bytes.append(entry.sequenceNumber)
                bytes.append(uint24: 0)
            }
        }
    }
}
