/// Why a signed URL opens nothing.
public enum SignedURLError: Error, Equatable, Sendable {
    /// Not made by this server, or altered.
    case badSignature
    /// Genuine, but its time is over.
    case expired
    /// Genuine and in time, but the object is gone.
    case notFound
}
