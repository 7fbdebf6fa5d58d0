import Foundation

/// What the end of a session does to rows, in the transaction that ends it.
enum SessionEnding {
    /// Ends an active session: closes its viewers, dates its links, owes its mails.
    static func end(
        _ session: Session,
        at end: Date,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> Session {
        guard session.status == .active else { return session }
        var session = session
        let now = settings.now()
        session.status = .ended
        session.endedAt = max(end, session.startedAt)
        session.updatedAt = now
        try db.sessions.update(session)
        try closeViewers(of: session, at: session.endedAt ?? end, in: db)
        let expiry = try settings.linkExpiry(from: end, of: session.userID, coversChild: false, in: db)
        try db.watchLinks.setExpiry(sessionID: session.id, at: expiry)
        for var recording in try db.recordings.list(sessionID: session.id)
        where recording.status == .recording {
            recording.status = .processing
            recording.updatedAt = now
            try db.recordings.update(recording)
        }
        try Mails.enqueue(
            .sessionEnded,
            eventID: session.id.text,
            session: session,
            recording: nil,
            in: db,
            at: now
        )
        return session
    }

    /// Everybody who still watches leaves with the session, and the access log says so.
    private static func closeViewers(of session: Session, at end: Date, in db: any Transaction) throws {
        for viewer in try db.viewers.list(sessionID: session.id) where viewer.leftAt == nil {
            try db.accessLog.append(
                AccessLogEntry(
                    childID: session.userID,
                    at: end,
                    actor: viewer.userID,
                    action: .left,
                    sessionID: session.id
                )
            )
        }
        try db.viewers.closeAll(sessionID: session.id, at: end)
    }
}

/// Owing mails to a child's guardians.
enum Mails {
    /// One mail for each guardian that wants any, if the child's consent covers mails.
    static func enqueue(
        _ template: MailTemplate,
        eventID: String,
        session: Session,
        recording: RecordingID?,
        in db: any Transaction,
        at now: Date
    ) throws {
        guard try db.consents.find(session.userID)?.notify == true else { return }
        for guardian in try db.guardians.list(childID: session.userID) where guardian.unsubscribedAt == nil {
            try db.outbox.enqueue(
                OutboxMessage(
                    eventID: eventID,
                    template: template,
                    guardianID: guardian.id,
                    childID: session.userID,
                    sessionID: session.id,
                    recordingID: recording,
                    createdAt: now
                )
            )
        }
    }
}
