/// A request that cannot be done; `HTTPAPI` maps each case to one status.
public enum DomainError: Error, Equatable, Sendable {
    /// 401.
    case unauthenticated(AuthenticationError)
    /// 403: a missing right or role on something the caller may know of.
    case forbidden(String)
    /// 404: unknown, or not the caller's.
    case notFound
    /// 400.
    case malformed(String)
    /// 409.
    case conflict(String)
    /// 413.
    case tooLarge(String)
    /// 415.
    case unsupportedMediaType(String)
    /// 422: well-formed but wrong.
    case invalid(String)
    /// 503, worth another try after so many seconds.
    case unavailable(String, retryAfter: Int)
}
