import Hummingbird

/// Limits on calls to `/whip` and `/whep` (RFC 9725 §5), by address.
///
/// Apart from those on `/api`: a family that loads its pages again must not lose the API by it. How many may watch at
/// all is for the media plane to say.
struct MediaLimits: Sendable {
    /// New connections of one address in a minute: each costs a handshake with signatures.
    static let creationsPerMinute = 600
    /// Calls on open connections of one address in a minute: candidates trickle one by one.
    static let changesPerMinute = 6000

    enum Call: String {
        case creation = "media"
        case change = "media-changes"
    }

    private let creations = RateLimiter(limit: Self.creationsPerMinute, window: 60)
    private let changes = RateLimiter(limit: Self.changesPerMinute, window: 60)
    let settings: HTTPSettings

    /// Counts a call.
    ///
    /// A developer's own machine is not limited: load generators run there.
    ///
    /// - Throws: ``Problem``, 429.
    func count(_ call: Call, _ context: APIContext) throws {
        let address = context.clientAddress
        if settings.isDevelopment, address == "::1" || address.hasPrefix("127.") { return }
        let limiter = call == .creation ? creations : changes
        let verdict = limiter.count("ip:" + address)
        guard verdict.isAllowed else {
            throw Problem.tooManyRequests(verdict, name: call.rawValue, limiter)
        }
    }
}

extension Problem {
    static func tooManyRequests(
        _ verdict: RateLimiter.Verdict,
        name: String,
        _ limiter: RateLimiter
    ) -> Problem {
        var problem = Problem(
            status: .tooManyRequests,
            detail: "Too many requests; try again in \(verdict.resetAfter) seconds",
            headers: verdict.headers(name, limit: limiter.limit, window: limiter.window),
            type: "https://iana.org/assignments/http-problem-types#quota-exceeded"
        )
        problem.headers[.retryAfter] = String(verdict.resetAfter)
        return problem
    }
}
