public import RTP

/// A codec as the other end names it: under which payload types, with which parameters.
///
/// RFC 8866 §6.6 and §6.15, RFC 4588 §8.
public struct RemoteCodec: Equatable, Sendable {
    /// Which one.
    public var codec: Codec
    /// Its payload type, 0 to 63 or 96 to 127.
    public var payloadType: UInt8
    /// Units of a timestamp in one second.
    public var clockRate: UInt32
    /// Channels of sound; 1 for video.
    public var channels: Int
    /// What `a=fmtp` says; names in lower case.
    public var parameters: [String: String]
    /// The payload type of its retransmissions, if there is one.
    public var rtxPayloadType: UInt8?
    /// What a receiver may send.
    public var feedback: Set<RTCPFeedback>

    /// A codec with all that was said of it.
    public init(
        codec: Codec,
        payloadType: UInt8,
        channels: Int? = nil,
        parameters: [String: String] = [:],
        rtxPayloadType: UInt8? = nil,
        feedback: Set<RTCPFeedback> = []
    ) {
        self.codec = codec
        self.payloadType = payloadType
        self.clockRate = codec.clockRate
        self.channels = channels ?? (codec.isAudio ? 2 : 1)
        self.parameters = parameters
        self.rtxPayloadType = rtxPayloadType
        self.feedback = feedback
    }

    /// Whether H.264 may come in fragments, as everybody sends it; `true` for all else.
    var isFragmentable: Bool { codec != .h264 || parameters["packetization-mode"] == "1" }

    /// The profile of H.264; `nil` for other codecs, and for profiles that browsers do not decode.
    var h264Profile: H264Profile? {
        guard codec == .h264 else { return nil }
        guard let text = parameters["profile-level-id"] else { return .unsaid }
        return H264Profile(parsing: text)
    }
}

extension RemoteCodec {
    /// The payload types that may stand beside RTCP on one port (RFC 5761 §4).
    static func isUsable(payloadType: UInt8) -> Bool {
        payloadType < 64 || (96...127).contains(payloadType)
    }

    /// The codecs of a section that we know by name, in the order of its `m=` line.
    static func codecs(of section: MediaDescription) -> [RemoteCodec] {
        var table = PayloadTypeTable(section)
        return section.formats.compactMap { table.take($0) }
    }
}

/// What a section says of each payload type; gathered in one pass, since hostile sections have thousands of lines.
private struct PayloadTypeTable {
    private var names: [UInt8: (name: String, clockRate: UInt32, channels: Int)] = [:]
    private var parameters: [UInt8: [String: String]] = [:]
    private var feedback: [UInt8: Set<RTCPFeedback>] = [:]
    private var feedbackOfAll: Set<RTCPFeedback> = []
    private var retransmissions: [UInt8: UInt8] = [:]

    init(_ section: MediaDescription) {
        for attribute in section.attributes {
            guard let value = attribute.value else { continue }
            switch attribute.name {
            case "rtpmap": addName(value)
            case "fmtp": addParameters(value)
            case "rtcp-fb": addFeedback(value)
            default: break
            }
        }
        for format in section.formats {
            guard let payloadType = UInt8(digits: format), names[payloadType]?.name.lowercased() == "rtx",
                RemoteCodec.isUsable(payloadType: payloadType),
                let original = parameters[payloadType]?["apt"].flatMap({ UInt8(digits: $0) })
            else { continue }
            if retransmissions[original] == nil { retransmissions[original] = payloadType }
        }
    }

    /// The codec of a format, once.
    mutating func take(_ format: String) -> RemoteCodec? {
        guard let payloadType = UInt8(digits: format), RemoteCodec.isUsable(payloadType: payloadType),
            let said = names.removeValue(forKey: payloadType), let codec = Codec(encodingName: said.name),
            said.clockRate == codec.clockRate, codec.isVideo || said.channels == 2
        else { return nil }
        return RemoteCodec(
            codec: codec,
            payloadType: payloadType,
            channels: said.channels,
            parameters: parameters[payloadType] ?? [:],
            rtxPayloadType: retransmissions[payloadType],
            feedback: feedbackOfAll.union(feedback[payloadType] ?? [])
        )
    }

    /// `111 opus/48000/2`.
    private mutating func addName(_ value: String) {
        let (type, encoding) = value.cut(at: " ")
        guard let payloadType = UInt8(digits: type), names[payloadType] == nil,
            let parts = encoding?.fields(separatedBy: "/"), parts.count >= 2,
            let clockRate = UInt32(digits: parts[1])
        else { return }
        let channels = parts.count > 2 ? Int(digits: parts[2]) ?? 1 : 1
        names[payloadType] = (parts[0], clockRate, channels)
    }

    /// `111 minptime=10;useinbandfec=1`, or what is no list at all, as `63 111/111`.
    private mutating func addParameters(_ value: String) {
        let (type, list) = value.cut(at: " ")
        guard let payloadType = UInt8(digits: type), let list else { return }
        for item in list.fields(separatedBy: ";") {
            let (name, value) = item.cut(at: "=")
            let key = name.fields().joined(separator: " ").lowercased()
            if key.isEmpty || parameters[payloadType]?[key] != nil { continue }
            parameters[payloadType, default: [:]][key] = value?.fields().joined(separator: " ") ?? ""
        }
    }

    /// `96 nack pli`, or `* nack` for all.
    private mutating func addFeedback(_ value: String) {
        let (type, rest) = value.cut(at: " ")
        guard let kind = rest?.fields().joined(separator: " ").lowercased(),
            let feedback = RTCPFeedback(rawValue: kind)
        else { return }
        if type == "*" {
            feedbackOfAll.insert(feedback)
        } else if let payloadType = UInt8(digits: type) {
            self.feedback[payloadType, default: []].insert(feedback)
        }
    }
}
