/// What we say of ourselves in a description.
public struct LocalParameters: Equatable, Sendable {
    /// What checks towards us are authenticated with.
    public var ice: ICECredentials
    /// Our certificate.
    public var fingerprint: Fingerprint
    /// Where we can be reached; all of them, as we never trickle.
    public var candidates: [ICECandidate]
    /// Whether we only answer checks (RFC 8445 §2.5): the server does, the simulator does not.
    public var isICELite: Bool
    /// Names the session in `o=`; below 2^63.
    public var sessionID: UInt64
    /// Grows with each description of the session.
    public var sessionVersion: UInt64
    /// Names us over all our sources (RFC 3550 §6.5.1).
    public var cname: String
    /// Names the stream that our tracks belong to; a token.
    public var streamID: String
    /// The sources of our sound.
    public var audio: StreamSources
    /// The sources of our pictures.
    public var video: StreamSources

    /// All that a description needs.
    public init(
        ice: ICECredentials,
        fingerprint: Fingerprint,
        candidates: [ICECandidate],
        isICELite: Bool = true,
        sessionID: UInt64,
        sessionVersion: UInt64 = 1,
        cname: String,
        streamID: String,
        audio: StreamSources,
        video: StreamSources
    ) {
        self.ice = ice
        self.fingerprint = fingerprint
        self.candidates = candidates
        self.isICELite = isICELite
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
        self.cname = cname
        self.streamID = streamID
        self.audio = audio
        self.video = video
    }

    func sources(_ kind: MediaKind) -> StreamSources { kind == .audio ? audio : video }
}
