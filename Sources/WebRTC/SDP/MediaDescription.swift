/// An `m=` line with what belongs to it, as text has it.
///
/// RFC 8866 §5.14.
public struct MediaDescription: Equatable, Sendable {
    /// The kind of media: `audio`, `video`, `application`.
    public var media: String
    /// The port; 0 rejects the section, unless it is bundle-only.
    public var port: UInt16
    /// The transport, such as `UDP/TLS/RTP/SAVPF`.
    public var proto: String
    /// Payload types, or `webrtc-datachannel`; at least one.
    public var formats: [String]
    /// The `c=` line, if there is one.
    public var connection: String?
    /// The `a=` lines.
    public var attributes: [SDPAttribute]

    /// A section.
    public init(
        media: String,
        port: UInt16,
        proto: String,
        formats: [String],
        connection: String? = "IN IP4 0.0.0.0",
        attributes: [SDPAttribute] = []
    ) {
        self.media = media
        self.port = port
        self.proto = proto
        self.formats = formats
        self.connection = connection
        self.attributes = attributes
    }

    /// Reads what stands behind `m=`; `nil` if it is none.
    init?(line: String) {
        let fields = line.fields()
        guard fields.count >= 4, fields[0].isToken(), fields[2].isToken(allowingSlash: true) else {
            return nil
        }
        // A number of ports may stand behind the port; nobody who speaks RTP over DTLS has more than one.
        guard let port = UInt16(digits: fields[1].cut(at: "/").head) else { return nil }
        guard fields[3...].allSatisfy({ $0.isToken(allowingSlash: true) }) else { return nil }
        self.init(
            media: fields[0],
            port: port,
            proto: fields[2],
            formats: Array(fields[3...]),
            connection: nil
        )
    }

    func write(to text: inout String) {
        text += "m=\(media) \(port) \(proto) \(formats.joined(separator: " "))\r\n"
        if let connection { text += "c=\(connection)\r\n" }
        for attribute in attributes { text += "a=\(attribute.text)\r\n" }
    }
}
