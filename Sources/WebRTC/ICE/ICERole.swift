/// How an agent takes part in ICE.
///
/// RFC 8445 §2.3, §2.5.
public enum ICERole: Hashable, Sendable {
    /// Answers checks and sends none: the server, reachable at the addresses that it announces.
    case lite
    /// Sends checks and nominates: a client.
    case controlling
}
