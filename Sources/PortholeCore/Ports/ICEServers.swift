/// One STUN or TURN server, as browsers and Unity take it (W3C `RTCIceServer`).
public struct ICEServer: Equatable, Sendable {
    /// `stun:`, `turn:` or `turns:` URIs (RFC 7064, RFC 7065).
    public var urls: [String]
    /// For TURN.
    public var username: String?
    /// For TURN.
    public var credential: String?

    /// Makes a server.
    public init(urls: [String], username: String? = nil, credential: String? = nil) {
        self.urls = urls
        self.username = username
        self.credential = credential
    }
}

/// Knows which servers a caller may use, and makes credentials for them.
public protocol ICEServerSource: Sendable {
    /// The servers for somebody whose access was checked.
    func servers() async -> [ICEServer]
}
