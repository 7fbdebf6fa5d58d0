import RTP

/// The synchronisation sources of one track.
public struct StreamSources: Hashable, Sendable {
    /// The packets themselves.
    public var primary: UInt32
    /// Retransmissions (RFC 4588), if they are sent.
    public var rtx: UInt32?

    /// Sources, with or without retransmissions.
    public init(primary: UInt32, rtx: UInt32? = nil) {
        self.primary = primary
        self.rtx = rtx
    }
}

/// One media section of the other end, interpreted.
public struct RemoteMedia: Equatable, Sendable {
    /// What it carries; `nil` for kinds that we do not know.
    public var kind: MediaKind?
    /// Its identification tag (RFC 9143); empty if it has none.
    public var mid: String
    /// Whether it is refused or withdrawn: port 0, and not bundle-only.
    public var isRejected: Bool
    /// Which way media flows, as the other end sees it.
    public var direction: MediaDirection
    /// The codecs that we know by name, in the other end's order.
    public var codecs: [RemoteCodec]
    /// The header extensions that we know, with the ids that the other end gave them, 1 to 14.
    public var extensions: [HeaderExtension: UInt8]
    /// The extensions that go one way only, as the other end sees it.
    var extensionDirections: [HeaderExtension: MediaDirection]
    /// The sources that the section announces, of several encodings the first; `nil` if it announces none.
    public var sources: StreamSources?
    /// Whether RTCP shares the port of RTP (RFC 5761).
    public var isMultiplexed: Bool
    /// The transport, such as `UDP/TLS/RTP/SAVPF`.
    var proto: String
    /// The first format, for refusing the section.
    var firstFormat: String
    /// The media word, for refusing the section.
    var word: String

    /// The protocols that mean RTP over DTLS (RFC 8829 §5.1.2), with the older words that some still use.
    static let mediaProtocols: Set<String> = [
        "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/DTLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVP",
        "TCP/TLS/RTP/SAVPF",
        "RTP/SAVPF", "RTP/SAVP",
    ]
    /// The protocols of data channels (RFC 8841 §4).
    static let applicationProtocols: Set<String> = ["UDP/DTLS/SCTP", "TCP/DTLS/SCTP"]

    /// Whether it is of a kind and a protocol that we speak.
    var isUnderstood: Bool {
        switch kind {
        case .audio, .video: Self.mediaProtocols.contains(proto)
        case .application: Self.applicationProtocols.contains(proto) && firstFormat == "webrtc-datachannel"
        case nil: false
        }
    }

    init(_ section: MediaDescription, of description: SessionDescription) {
        let attributes = section.attributes
        kind = MediaKind(rawValue: section.media)
        mid = attributes.first("mid") ?? ""
        isRejected = section.port == 0 && !attributes.has("bundle-only")
        direction =
            Self.direction(attributes) ?? Self.direction(description.attributes) ?? .sendrecv
        isMultiplexed = attributes.has("rtcp-mux") || attributes.has("rtcp-mux-only")
        proto = section.proto
        firstFormat = section.formats.first ?? "0"
        word = section.media
        let isMedia = kind == .audio || kind == .video
        codecs =
            isMedia
            ? RemoteCodec.codecs(of: section).filter { $0.codec.isAudio == (section.media == "audio") } : []
        let said = isMedia ? Self.extensions(description.attributes + attributes) : [:]
        extensions = said.mapValues(\.id)
        extensionDirections = said.compactMapValues(\.direction)
        sources = isMedia ? Self.sources(attributes) : nil
    }

    private static func direction(_ attributes: [SDPAttribute]) -> MediaDirection? {
        for attribute in attributes where attribute.value == nil {
            if let direction = MediaDirection(rawValue: attribute.name) { return direction }
        }
        return nil
    }

    /// Reads `4/recvonly urn:ietf:params:rtp-hdrext:sdes:mid`, where the direction is mostly absent (RFC 8285 §5).
    ///
    /// Ids that would need two-byte headers are left out, and so is what claims an id or a name that was given before.
    private static func extensions(
        _ attributes: [SDPAttribute]
    ) -> [HeaderExtension: (id: UInt8, direction: MediaDirection?)] {
        var extensions: [HeaderExtension: (id: UInt8, direction: MediaDirection?)] = [:]
        var taken: Set<UInt8> = []
        for value in attributes.all("extmap") {
            let fields = value.fields(maxSplits: 2)
            guard fields.count >= 2 else { continue }
            let (number, direction) = fields[0].cut(at: "/")
            guard let id = UInt8(digits: number), (1...14).contains(id), taken.insert(id).inserted,
                let known = HeaderExtension(rawValue: fields[1]), extensions[known] == nil
            else { continue }
            extensions[known] = (id, direction.flatMap { MediaDirection(rawValue: $0) })
        }
        return extensions
    }

    /// The first `a=ssrc-group:FID`, else the first `a=ssrc` (RFC 5576 §4).
    private static func sources(_ attributes: [SDPAttribute]) -> StreamSources? {
        for value in attributes.all("ssrc-group") {
            let fields = value.fields(maxSplits: 3)
            guard fields.count >= 3, fields[0] == "FID",
                let primary = UInt32(digits: fields[1]), let rtx = UInt32(digits: fields[2]), primary != rtx
            else { continue }
            return StreamSources(primary: primary, rtx: rtx)
        }
        for value in attributes.all("ssrc") {
            if let primary = UInt32(digits: value.cut(at: " ").head) {
                return StreamSources(primary: primary)
            }
        }
        return nil
    }
}
