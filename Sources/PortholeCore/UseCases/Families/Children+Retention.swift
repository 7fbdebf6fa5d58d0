import Foundation

/// How long a child's recordings are kept.
extension Children {
    /// The time that holds for a child.
    public struct RetentionPeriod: Equatable, Sendable {
        /// `nil` for ever.
        public let days: Int?
        /// Whether it is the server's usual time.
        public let isDefault: Bool
    }

    /// How long what is kept of the child is kept.
    public func retention(_ caller: Caller, of child: UserID) async throws -> RetentionPeriod {
        try await database.read { [settings] db in
            try Self.require(.read, of: caller, on: child, in: db)
            return try Self.period(of: child, in: db, settings)
        }
    }

    /// Gives the child a time of its own, or (`nil`) the server's usual one.
    ///
    /// It holds for what there is as well: what is past it goes with the next sweep, and links that are still good live as
    /// long as what they open, but for those whose end somebody chose. Whoever watches by one that ends now is cut.
    public func setRetention(_ caller: Caller, of child: UserID, days: Int?) async throws -> RetentionPeriod {
        if let days, !(1...ChildRetention.maximumDays).contains(days) {
            throw DomainError.invalid("days is a number from 1 to \(ChildRetention.maximumDays)")
        }
        let (period, ended) = try await database.write { [settings] db in
            let now = settings.now()
            try Self.require(.write, of: caller, on: child, in: db)
            let before = try settings.retention(of: child, in: db)
            if let days {
                try db.retentions.save(ChildRetention(childID: child, days: days))
            } else {
                try db.retentions.delete(child)
            }
            let after = try settings.retention(of: child, in: db)
            let links = try Self.dateLinks(of: child, keptFor: after, insteadOf: before, in: db, at: now)
            try Self.log(.changedRetention, caller, child, in: db, at: now)
            let ended = links.filter { !$0.isValid(at: now) }.map(\.id)
            return (try Self.period(of: child, in: db, settings), ended)
        }
        for link in ended { await live.cut(link: link) }
        return period
    }

    /// - Returns: The links that have another end now.
    private static func dateLinks(
        of child: UserID,
        keptFor retention: TimeInterval?,
        insteadOf before: TimeInterval?,
        in db: any Transaction,
        at now: Date
    ) throws -> [WatchLink] {
        var changed: [WatchLink] = []
        for var link in try db.watchLinks.list(childID: child) where link.isValid(at: now) {
            let session = try link.sessionID.flatMap { try db.sessions.find($0) }
            let coversChild = link.sessionID == nil
            guard let known = link.expiresAt, let start = coversChild ? link.createdAt : session?.endedAt
            else {
                continue
            }
            let expiry = { DomainSettings.linkExpiry(from: start, keptFor: $0, coversChild: coversChild) }
            guard abs(known.timeIntervalSince(expiry(before))) < 0.001 else { continue }
            link.expiresAt = expiry(retention)
            try db.watchLinks.update(link)
            changed.append(link)
        }
        return changed
    }

    private static func period(
        of child: UserID,
        in db: any Transaction,
        _ settings: DomainSettings
    ) throws -> RetentionPeriod {
        if let own = try db.retentions.find(child) {
            return RetentionPeriod(days: own.days, isDefault: false)
        }
        return RetentionPeriod(days: settings.retention.map { Int($0 / 86_400) }, isDefault: true)
    }
}
