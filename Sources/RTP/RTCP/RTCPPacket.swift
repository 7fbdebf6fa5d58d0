/// One packet of a compound RTCP datagram.
public enum RTCPPacket: Equatable, Sendable {
    /// A sender's clocks and counts.
    case senderReport(SenderReport)
    /// What somebody receives.
    case receiverReport(ReceiverReport)
    /// The participant behind a source.
    case sourceDescription(SourceDescription)
    /// The end of sources.
    case goodbye(Goodbye)
    /// A request for lost packets.
    case nack(GenericNACK)
    /// A request for a key frame.
    case pictureLossIndication(PictureLossIndication)
    /// A command to send a key frame.
    case fullIntraRequest(FullIntraRequest)
    /// A limit of the bitrate.
    case receiverEstimatedMaximumBitrate(ReceiverEstimatedMaximumBitrate)
    /// When each packet of the transport arrived.
    case transportFeedback(TransportFeedback)
    /// An extended report.
    case extendedReport(ExtendedReport)
    /// A type or format that is not known here; to be passed over (RFC 3550 §6.1).
    case other(type: UInt8, format: UInt8)

    /// Appends the packet to a compound packet; nothing for `other`, whose content was not kept.
    public func write(to bytes: inout [UInt8]) {
        switch self {
        case .senderReport(let packet): packet.write(to: &bytes)
        case .receiverReport(let packet): packet.write(to: &bytes)
        case .sourceDescription(let packet): packet.write(to: &bytes)
        case .goodbye(let packet): packet.write(to: &bytes)
        case .nack(let packet): packet.write(to: &bytes)
        case .pictureLossIndication(let packet): packet.write(to: &bytes)
        case .fullIntraRequest(let packet): packet.write(to: &bytes)
        case .receiverEstimatedMaximumBitrate(let packet): packet.write(to: &bytes)
        case .transportFeedback(let packet): packet.write(to: &bytes)
        case .extendedReport(let packet): packet.write(to: &bytes)
        case .other: break
        }
    }
}

extension RTCPPacket {
    /// Reads the packet that fills `packet`, padding taken off; `nil` if its content is malformed.
    init?(parsing packet: Span<UInt8>, type: UInt8, format: UInt8) {
        let parsed: RTCPPacket? =
            switch (type, format) {
            case (RTCPType.senderReport, _):
                SenderReport(parsing: packet, count: format).map(RTCPPacket.senderReport)
            case (RTCPType.receiverReport, _):
                ReceiverReport(parsing: packet, count: format).map(RTCPPacket.receiverReport)
            case (RTCPType.sourceDescription, _):
                SourceDescription(parsing: packet, count: format).map(RTCPPacket.sourceDescription)
            case (RTCPType.goodbye, _):
                Goodbye(parsing: packet, count: format).map(RTCPPacket.goodbye)
            case (RTCPType.transportLayerFeedback, TransportLayerFormat.genericNACK):
                GenericNACK(parsing: packet).map(RTCPPacket.nack)
            case (RTCPType.transportLayerFeedback, TransportLayerFormat.transportFeedback):
                TransportFeedback(parsing: packet).map(RTCPPacket.transportFeedback)
            case (RTCPType.payloadSpecificFeedback, PayloadSpecificFormat.pictureLossIndication):
                PictureLossIndication(parsing: packet).map(RTCPPacket.pictureLossIndication)
            case (RTCPType.payloadSpecificFeedback, PayloadSpecificFormat.fullIntraRequest):
                FullIntraRequest(parsing: packet).map(RTCPPacket.fullIntraRequest)
            case (RTCPType.payloadSpecificFeedback, PayloadSpecificFormat.applicationLayer)
            where ReceiverEstimatedMaximumBitrate.isPresent(in: packet):
                ReceiverEstimatedMaximumBitrate(parsing: packet)
                    .map(RTCPPacket.receiverEstimatedMaximumBitrate)
            case (RTCPType.extendedReport, _):
                ExtendedReport(parsing: packet).map(RTCPPacket.extendedReport)
            default:
                .other(type: type, format: format)
            }
        guard let parsed else { return nil }
        self = parsed
    }
}
