/// What a peer asks its driver to do, or tells it.
public enum PeerOutput: Equatable, Sendable {
    /// Send this datagram on that path.
    case datagram([UInt8], to: NetworkPath)
    /// Something happened.
    case event(PeerEvent)
}

/// What happens in the life of a peer.
public enum PeerEvent: Equatable, Sendable {
    /// The handshake is done, the certificate has the expected fingerprint, and SRTP has its keys.
    case connected
    /// An authenticated check came from a path that was not known before: datagrams from there are this peer's.
    case pathValidated(NetworkPath)
    /// The path is no longer known: it made room for another one, or its connection is gone.
    case pathForgotten(NetworkPath)
    /// Datagrams go there from now on.
    case pathChanged(NetworkPath)
    /// The peer is of no use any more; nothing follows.
    case failed(PeerFailure)
    /// The other end said goodbye; nothing follows.
    case closed
}

/// Why a peer is of no use any more.
public enum PeerFailure: Hashable, Sendable {
    /// Not connected within 30 s.
    case timeout
    /// Was connected, then sent nothing authentic for 15 s (RFC 7675 §5.1).
    case consentLost
    /// Its certificate is not the one of its description (RFC 8122 §5).
    case wrongFingerprint
    /// It knows no SRTP profile of ours.
    case noSRTPProfile
    /// The DTLS association broke.
    case dtls(DTLSFailure)
}
