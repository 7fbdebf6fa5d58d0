import Foundation

/// A child's own records: guardians, consent, access log, retention, erasure.
public struct Children: Sendable {
    /// Guardians of one child.
    static let maximumGuardians = 50

    let database: any Database
    let store: any ObjectStore
    let tokens: any OwnTokens
    let mailer: any Mailer
    let live: any LiveSessions
    let recorder: (any MediaRecorder)?
    let disposal: RecordingDisposal
    let settings: DomainSettings

    /// Makes the use cases over their ports.
    public init(
        database: any Database,
        store: any ObjectStore,
        tokens: any OwnTokens,
        mailer: any Mailer,
        live: any LiveSessions,
        recorder: (any MediaRecorder)? = nil,
        disposal: RecordingDisposal,
        settings: DomainSettings
    ) {
        self.database = database
        self.store = store
        self.tokens = tokens
        self.mailer = mailer
        self.live = live
        self.recorder = recorder
        self.disposal = disposal
        self.settings = settings
    }

    /// Consent as the studio writes it.
    public struct ConsentDraft: Equatable, Sendable {
        /// Whether guardians and links may watch live.
        public var live: Bool
        /// Whether sessions may be recorded.
        public var record: Bool
        /// Whether guardians may be mailed.
        public var notify: Bool
        /// How it was given; `nil` keeps what is known.
        public var method: String?
        /// Which text was agreed to; `nil` keeps what is known.
        public var policyVersion: String?

        /// Makes one from its parts.
        public init(live: Bool, record: Bool, notify: Bool, method: String?, policyVersion: String?) {
            self.live = live
            self.record = record
            self.notify = notify
            self.method = method
            self.policyVersion = policyVersion
        }
    }

    /// The child's guardians.
    public func guardians(_ caller: Caller, of child: UserID) async throws -> [Guardian] {
        try await database.read { db in
            try Self.require(.read, of: caller, on: child, in: db)
            return try db.guardians.list(childID: child)
        }
    }

    /// Replaces the child's guardians; those who are left out lose their links at once.
    public func replaceGuardians(
        _ caller: Caller,
        of child: UserID,
        with drafts: [GuardianDraft]
    ) async throws -> [Guardian] {
        guard drafts.count <= Self.maximumGuardians else {
            throw DomainError.invalid("A player has at most \(Self.maximumGuardians) guardians")
        }
        for draft in drafts where !EmailAddress.isPlausible(draft.email) {
            throw DomainError.invalid("Each guardian needs a valid email")
        }
        guard drafts.allSatisfy({ $0.name?.isOneLine() ?? true }) else {
            throw DomainError.invalid("A name is one line of at most 255 bytes")
        }
        let now = settings.now()
        let replacement = try await database.write { db in
            try Self.require(.write, of: caller, on: child, in: db)
            let replacement = try Self.replaceGuardians(of: child, with: drafts, in: db, at: now)
            try Self.log(.changedGuardians, caller, child, in: db, at: now)
            return replacement
        }
        for link in replacement.links { await live.cut(link: link) }
        for user in replacement.users.sorted() {
            await live.cut(userID: user, childID: child, sessions: replacement.sessions)
        }
        try await mailer.forget(replacement.mails)
        return replacement.guardians
    }

    private struct Replacement: Sendable {
        var guardians: [Guardian]
        /// Mails to those who were removed.
        var mails: [OutboxMessageID]
        /// Links that were revoked.
        var links: [WatchLinkID] = []
        /// Users who are no guardians any more, or may not be.
        var users: Set<String> = []
        var sessions: [SessionID]
    }

    private static func replaceGuardians(
        of child: UserID,
        with drafts: [GuardianDraft],
        in db: any Transaction,
        at now: Date
    ) throws -> Replacement {
        let wanted = Dictionary(drafts.map { ($0.email.lowercased(), $0) }, uniquingKeysWith: { $1 })
        let known = try db.guardians.list(childID: child)
        let removed = known.filter { wanted[$0.email] == nil }
        let mails = try db.outbox.list(childID: child)
            .filter { mail in removed.contains { $0.id == mail.guardianID } }
            .map(\.id)
        for guardian in removed {
            try db.guardians.delete(guardian.id)
            try db.guardians.setRemoved(true, childID: child, email: guardian.email)
        }
        for (email, draft) in wanted {
            try db.guardians.setRemoved(false, childID: child, email: email)
            var guardian =
                known.first { $0.email == email }
                ?? Guardian(childID: child, email: email, name: nil, userID: nil, createdAt: now)
            guardian.name = draft.name
            guardian.userID = draft.userID
            try db.guardians.save(guardian)
        }
        var replacement = Replacement(
            guardians: try db.guardians.list(childID: child),
            mails: mails,
            sessions: try db.sessions.active(userID: child).map(\.id)
        )
        for var link in try db.watchLinks.list(childID: child)
        where link.revokedAt == nil && removed.contains(where: { $0.id == link.guardianID }) {
            link.revokedAt = now
            try db.watchLinks.update(link)
            replacement.links.append(link.id)
        }
        let left = Set(known.compactMap(\.userID)).subtracting(replacement.guardians.compactMap(\.userID))
        replacement.users = Set(left.map(\.text))
        if !removed.isEmpty {
            let users = try watchingUsers(of: child, in: replacement.sessions, db)
            replacement.users.formUnion(users.subtracting(replacement.guardians.compactMap(\.userID?.text)))
        }
        return replacement
    }

    /// Who has watched these sessions by a user token; a row that says so may have been closed by its own viewer.
    ///
    /// A token's e-mail may have made its bearer a guardian, and no row says which bearer that was. So whoever
    /// is not known by user id goes; who still may watch comes back.
    private static func watchingUsers(
        of child: UserID,
        in sessions: [SessionID],
        _ db: any Transaction
    ) throws -> Set<String> {
        let watching = try sessions.flatMap { try db.viewers.list(sessionID: $0) }
            .map(\.userID)
        let links = try db.watchLinks.list(childID: child)
        return Set(watching)
            .subtracting([child.text])
            .subtracting(links.map(\.id.text))
            .subtracting(links.compactMap(\.guardianID?.text))
    }

    /// The child's consent record.
    public func consent(_ caller: Caller, of child: UserID) async throws -> Consent {
        try await database.read { db in
            try Self.require(.read, of: caller, on: child, in: db)
            guard let consent = try db.consents.find(child) else { throw DomainError.notFound }
            return consent
        }
    }

    /// Writes the child's consent; who may no longer watch is cut at once.
    public func saveConsent(_ caller: Caller, of child: UserID, _ draft: ConsentDraft) async throws -> Consent
    {
        guard [draft.method, draft.policyVersion].allSatisfy({ $0?.isOneLine() ?? true }) else {
            throw DomainError.invalid("method and policy_version are one line of at most 255 bytes")
        }
        let now = settings.now()
        let (consent, mayNoLongerRecord) = try await database.write { db in
            try Self.require(.write, of: caller, on: child, in: db)
            let known = try db.consents.find(child)
            var consent = Consent(
                childID: child,
                live: draft.live,
                record: draft.record,
                notify: draft.notify,
                method: draft.method ?? known?.method ?? "api",
                policyVersion: draft.policyVersion ?? known?.policyVersion,
                grantedBy: caller.users.first?.id.text ?? "unknown",
                grantedAt: known?.grantedAt ?? now
            )
            consent.updatedAt = now
            try db.consents.save(consent)
            try Self.log(.changedConsent, caller, child, in: db, at: now)
            return (consent, known?.record == true && !consent.record)
        }
        if mayNoLongerRecord { try await endRecordings(ofChild: child) }
        // A page that records must not go on; whoever still may watch opens the link again.
        if !consent.live || mayNoLongerRecord && settings.isRecordingEnabled {
            try await cutViewers(ofChild: child)
        }
        return consent
    }

    /// Withdraws the child's consent.
    public func deleteConsent(_ caller: Caller, of child: UserID) async throws {
        let now = settings.now()
        try await database.write { db in
            try Self.require(.write, of: caller, on: child, in: db)
            guard try db.consents.find(child) != nil else { throw DomainError.notFound }
            try db.consents.delete(child)
            try Self.log(.changedConsent, caller, child, in: db, at: now)
        }
        try await endRecordings(ofChild: child)
        try await cutViewers(ofChild: child)
    }

    /// Who looked at what, newest first.
    public func accessLog(
        _ caller: Caller,
        of child: UserID,
        after cursor: PageCursor?,
        limit: Int
    ) async throws -> [AccessLogEntry] {
        try await database.read { db in
            try Self.require(.read, of: caller, on: child, in: db)
            return try db.accessLog.list(childID: child, after: cursor, limit: limit)
        }
    }

    /// Stops mails to the holder of an unsubscribe token, about one child.
    public func unsubscribe(token: String) async throws {
        guard let id = tokens.guardian(inUnsubscribeToken: token) else { throw DomainError.notFound }
        let now = settings.now()
        try await database.write { db in
            guard var guardian = try db.guardians.find(id) else { throw DomainError.notFound }
            guard guardian.unsubscribedAt == nil else { return }
            guardian.unsubscribedAt = now
            try db.guardians.save(guardian)
            try db.accessLog.append(
                AccessLogEntry(
                    childID: guardian.childID,
                    at: now,
                    actor: guardian.id.text,
                    action: .unsubscribed
                )
            )
        }
    }

    /// What was recorded until now was agreed to, and is kept.
    private func endRecordings(ofChild child: UserID) async throws {
        guard let recorder else { return }
        let sessions = try await database.read { try $0.sessions.active(userID: child).map(\.id) }
        for session in sessions { await recorder.endRecordings(of: MediaRoomID(session.text)) }
    }

    private func cutViewers(ofChild child: UserID) async throws {
        let sessions = try await database.read { try $0.sessions.active(userID: child).map(\.id) }
        for session in sessions { await live.cutViewers(of: session) }
    }

    static func require(
        _ needed: ChildRights,
        of caller: Caller,
        on child: UserID,
        in db: any Transaction,
        refusal: String = "Only the studio's own token may change this"
    ) throws {
        let rights = try Access.rights(of: caller, onChild: child, in: db)
        guard rights.contains(.read) else { throw DomainError.notFound }
        guard rights.contains(needed) else { throw DomainError.forbidden(refusal) }
    }

    static func log(
        _ action: AccessLogEntry.Action,
        _ caller: Caller,
        _ child: UserID,
        in db: any Transaction,
        at now: Date
    ) throws {
        let actor = caller.users.first?.id.text ?? "unknown"
        try db.accessLog.append(
            AccessLogEntry(childID: child, at: now, actor: actor, action: action, address: caller.address)
        )
    }
}
