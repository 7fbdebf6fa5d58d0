/// Why a datagram was not used.
public enum PeerDropReason: Int, CaseIterable, Sendable {
    /// Neither STUN nor DTLS nor SRTP.
    case unknownKind
    /// The peer has failed or was closed.
    case peerIsOver
    /// STUN that does not parse.
    case malformedSTUN
    /// STUN that nobody asked for: another method, an answer to no question or from elsewhere.
    case unexpectedSTUN
    /// A Binding request for other credentials.
    case unknownUfrag
    /// STUN whose MESSAGE-INTEGRITY is missing or wrong.
    case unauthenticSTUN
    /// A Binding request whose answer would be larger, from a path that is not validated.
    case wouldAmplify
    /// DTLS or SRTP from a path that no authenticated check came from.
    case unvalidatedPath
    /// SRTP before the handshake was done.
    case notConnected
    /// SRTP that is too short, does not parse, or is SRTCP without encryption.
    case malformedSRTP
    /// SRTP with a wrong tag.
    case unauthenticSRTP
    /// SRTP that was received before.
    case replayedSRTP
    /// SRTP from before the replay window.
    case tooOldSRTP
    /// SRTP of the 65th source.
    case tooManySources

    init(_ error: SRTPError) {
        switch error {
        case .malformed: self = .malformedSRTP
        case .notAuthentic: self = .unauthenticSRTP
        case .replayed: self = .replayedSRTP
        case .tooOld: self = .tooOldSRTP
        case .tooManySources: self = .tooManySources
        }
    }
}

/// What a peer has taken in and refused.
public struct PeerCounters: Equatable, Sendable {
    /// RTP packets that were authentic and new.
    public internal(set) var rtpPackets: UInt64 = 0
    /// RTCP packets that were authentic and new.
    public internal(set) var rtcpPackets: UInt64 = 0
    /// STUN datagrams that were used.
    public internal(set) var stunMessages: UInt64 = 0
    /// DTLS datagrams from validated paths.
    public internal(set) var dtlsDatagrams: UInt64 = 0
    /// Bytes of application data that came over DTLS: data channels, which are accepted but not served.
    public internal(set) var discardedApplicationBytes: UInt64 = 0

    private var drops = [UInt64](repeating: 0, count: PeerDropReason.allCases.count)

    /// How many datagrams were dropped for this reason.
    public subscript(reason: PeerDropReason) -> UInt64 {
        get { drops[reason.rawValue] }
        set { drops[reason.rawValue] = newValue }
    }

    /// How many datagrams were dropped in all.
    public var dropped: UInt64 { drops.reduce(0, &+) }
}
