/// Which side of the DTLS handshake an end plays.
///
/// RFC 5763 §5, RFC 8842 §5.2.
public enum DTLSRole: Hashable, Sendable {
    /// Sends the ClientHello: `a=setup:active`.
    case client
    /// Waits for it: `a=setup:passive`.
    case server

    /// The role of the other end.
    public var opposite: DTLSRole { self == .client ? .server : .client }
}
