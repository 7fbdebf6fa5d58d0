public import RTP

/// What one simulated peer does.
public struct PeerPlan: Equatable, Sendable {
    /// Which way media flows.
    public enum Role: String, Codable, Sendable {
        /// Sends a clip, by WHIP.
        case publisher
        /// Watches, by WHEP.
        case viewer
    }

    /// How it is called in reports.
    public var name: String
    /// Which way media flows.
    public var role: Role
    /// The WHIP or WHEP endpoint.
    public var url: String
    /// A bearer token; `nil` for open endpoints.
    public var token: String?
    /// What it offers, the best first: a publisher its clip's codec.
    public var codecs: [Codec]

    /// A plan with all that it needs.
    public init(name: String, role: Role, url: String, token: String? = nil, codecs: [Codec]) {
        self.name = name
        self.role = role
        self.url = url
        self.token = token
        self.codecs = codecs
    }
}
