/// Decides whether the media of a session is recorded on the server, and as what.
enum RecordingOrders {
    /// What a publisher's media goes into; `nil` if it is not recorded: the server does not record, the child's consent does
    /// not cover it, or the disk is nearly full.
    ///
    /// A session has one recording: what an earlier run of the server left open is continued.
    static func order(
        for session: Session,
        freeBytes: Int64?,
        in db: any Transaction,
        settings: DomainSettings
    ) throws -> RecordingOrder? {
        guard settings.recordsOnServer, session.status == .active,
            try db.consents.find(session.userID)?.record == true
        else { return nil }
        let open = try db.recordings.list(sessionID: session.id)
            .first { $0.source == .server && $0.status == .recording }
        if let open {
            return RecordingOrder(
                recording: open.id,
                nextSegment: (open.segments.map(\.number).max() ?? -1) + 1,
                startedAt: open.createdAt
            )
        }
        guard freeBytes ?? .max >= settings.minFreeBytes else { return nil }
        return RecordingOrder(recording: RecordingID())
    }
}
