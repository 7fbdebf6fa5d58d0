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
    /// It holds for what there is as well; what is past it goes with the next sweep.
    public func setRetention(_ caller: Caller, of child: UserID, days: Int?) async throws -> RetentionPeriod {
        if let days, !(1...ChildRetention.maximumDays).contains(days) {
            throw DomainError.invalid("days is a number from 1 to \(ChildRetention.maximumDays)")
        }
        return try await database.write { [settings] db in
            try Self.require(.write, of: caller, on: child, in: db)
            if let days {
                try db.retentions.save(ChildRetention(childID: child, days: days))
            } else {
                try db.retentions.delete(child)
            }
            try Self.log(.changedRetention, caller, child, in: db, at: settings.now())
            return try Self.period(of: child, in: db, settings)
        }
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
