import Foundation
import PortholeCore

/// The issuer's public keys, fetched when they are first needed.
///
/// One fetch at a time. A key that is not in the set fetches it again, at most every 30 s, so that a rotated key
/// works at once and made-up key ids cannot be used to press the issuer. Keys that were fetched go on working
/// while the issuer does not answer, for at most a day.
actor PublicKeyCache {
    /// As long as issuers' own caches keep a set.
    static let lifetime: TimeInterval = 10 * 60
    static let refetchInterval: TimeInterval = 30
    static let retryInterval: TimeInterval = 5
    static let staleLifetime: TimeInterval = 24 * 60 * 60

    static let unavailable = DomainError.unavailable(
        "The keys that sign user tokens cannot be fetched",
        retryAfter: Int(retryInterval)
    )

    private let fetch: JWKSFetch
    private let now: @Sendable () -> Date
    private var keySet: PublicKeySet?
    private var fetchedAt = Date.distantPast
    private var triedAt = Date.distantPast
    private var isFetching = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(fetch: @escaping JWKSFetch, now: @escaping @Sendable () -> Date) {
        self.fetch = fetch
        self.now = now
    }

    /// The key that a token names, or `nil` when the issuer has no such key.
    ///
    /// - Throws: `DomainError.unavailable` when the keys cannot be had: nobody can tell whether a token is good.
    func key(id: String?, algorithm: PublicKey.Algorithm) async throws -> PublicKey? {
        while isFetching, keySet == nil { await nextFetch() }
        if now().timeIntervalSince(fetchedAt) > Self.lifetime { await refresh(notWithin: Self.retryInterval) }
        if let key = try usableKeys().key(id: id, algorithm: algorithm) { return key }
        while isFetching { await nextFetch() }
        await refresh(notWithin: Self.refetchInterval)
        return try usableKeys().key(id: id, algorithm: algorithm)
    }

    private func usableKeys() throws -> PublicKeySet {
        guard let keySet, now().timeIntervalSince(fetchedAt) <= Self.staleLifetime else {
            throw Self.unavailable
        }
        return keySet
    }

    private func refresh(notWithin interval: TimeInterval) async {
        guard !isFetching, now().timeIntervalSince(triedAt) >= interval else { return }
        isFetching = true
        let started = now()
        do {
            keySet = try await PublicKeySet(json: fetch())
            fetchedAt = started
            triedAt = started
        } catch {
            // A caller that went away says nothing about the issuer: whoever waits tries for itself.
            if !Task.isCancelled { triedAt = started }
        }
        isFetching = false
        let waiters = waiting
        waiting = []
        for waiter in waiters { waiter.resume() }
    }

    private func nextFetch() async {
        await withCheckedContinuation { waiting.append($0) }
    }
}
