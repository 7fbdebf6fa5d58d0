/// How a session stands, as pages show it.
public enum SessionState: String, Sendable {
    /// No host has come yet.
    case waiting
    /// The host is there.
    case live
    /// The host was there and is gone.
    case interrupted
    /// It is over.
    case ended
}
