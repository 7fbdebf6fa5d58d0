/// A session description as text has it: lines put in order, nothing interpreted.
///
/// Lines that nobody in WebRTC uses (`i=`, `u=`, `e=`, `p=`, `b=`, `r=`, `z=`, `k=`, second `t=`) are checked for their
/// form and not kept. Ends of lines may be CRLF or LF; empty lines are passed over.
///
/// RFC 8866.
public struct SessionDescription: Equatable, Sendable {
    /// The longest text that is read; Chromium's offers have 7 KiB.
    public static let maximumBytes = 64 * 1024
    /// The most lines that are read; Chromium's offers have 200.
    public static let maximumLines = 2000
    /// The most media sections that are read; two or three are of use.
    public static let maximumSections = 32

    /// The `o=` line.
    public struct Origin: Equatable, Sendable {
        /// The user, `-` for us.
        public var username: String
        /// The session, the same over all its descriptions.
        public var sessionID: UInt64
        /// Grows with each description.
        public var version: UInt64
        /// The address, which nobody uses.
        public var address: String

        /// An origin without an address.
        public init(
            username: String = "-",
            sessionID: UInt64,
            version: UInt64,
            address: String = "IN IP4 127.0.0.1"
        ) {
            self.username = username
            self.sessionID = sessionID
            self.version = version
            self.address = address
        }

        init?(line: String) {
            let fields = line.fields(maxSplits: 3)
            guard fields.count == 4,
                let sessionID = UInt64(digits: fields[1]), let version = UInt64(digits: fields[2])
            else { return nil }
            self.init(username: fields[0], sessionID: sessionID, version: version, address: fields[3])
        }

        var text: String { "\(username) \(sessionID) \(version) \(address)" }
    }

    /// Who made it, and which version it is.
    public var origin: Origin
    /// The name, `-` for us.
    public var name: String
    /// The `a=` lines before the first section.
    public var attributes: [SDPAttribute]
    /// The sections.
    public var media: [MediaDescription]

    /// A description.
    public init(
        origin: Origin,
        name: String = "-",
        attributes: [SDPAttribute] = [],
        media: [MediaDescription] = []
    ) {
        self.origin = origin
        self.name = name
        self.attributes = attributes
        self.media = media
    }

    /// The text, with CRLF at the end of each line.
    public var text: String {
        var text = "v=0\r\no=\(origin.text)\r\ns=\(name)\r\nt=0 0\r\n"
        for attribute in attributes { text += "a=\(attribute.text)\r\n" }
        for section in media { section.write(to: &text) }
        return text
    }
}
