public import Foundation

/// The settings that decide what the domain does, and the moment it is.
public struct DomainSettings: Sendable {
    /// Whether this is a developer's machine, where a child's first start is its consent.
    public var isDevelopment: Bool
    /// How long a lost headset may return, seconds.
    public var sessionGrace: TimeInterval
    /// How long a session may have neither host nor viewer nor upload, seconds.
    public var sessionIdle: TimeInterval
    /// How long missing chunks are waited for, seconds.
    public var combineGrace: TimeInterval
    /// How long recordings are kept of a child that has no ``ChildRetention``, seconds; `nil` for ever.
    public var retention: TimeInterval?
    /// Whether browsers record.
    public var isRecordingEnabled: Bool
    /// Whether the server itself records what it forwards.
    public var recordsOnServer: Bool
    /// Bytes of one recording.
    public var maxRecordingBytes: Int64
    /// Bytes of one chunk.
    public var maxChunkBytes: Int64
    /// New recordings are refused when less is free.
    public var minFreeBytes: Int64
    /// Base of links, without a slash at its end.
    public var publicURL: String
    /// Base or template (`{session}`, `{token}`) of watch links.
    public var streamViewerURL: String
    /// The current time.
    public var now: @Sendable () -> Date

    /// Defaults of the configuration contract, in development.
    public init(publicURL: String, now: @escaping @Sendable () -> Date = { Date() }) {
        isDevelopment = true
        sessionGrace = 30
        sessionIdle = 3600
        combineGrace = 120
        retention = 30 * 86_400
        isRecordingEnabled = true
        recordsOnServer = false
        maxRecordingBytes = 500_000_000
        maxChunkBytes = 16_000_000
        minFreeBytes = 2_000_000_000
        self.publicURL = publicURL
        streamViewerURL = publicURL
        self.now = now
    }

    /// How long what is kept of a child is kept, seconds; `nil` for ever.
    func retention(of child: UserID, in db: any Transaction) throws -> TimeInterval? {
        try db.retentions.find(child)?.seconds ?? retention
    }

    /// When a link to a session that ends, or to all of a child that is made, at `start` stops working, if nobody said
    /// otherwise.
    func linkExpiry(
        from start: Date,
        of child: UserID,
        coversChild: Bool,
        in db: any Transaction
    ) throws -> Date {
        Self.linkExpiry(from: start, keptFor: try retention(of: child, in: db), coversChild: coversChild)
    }

    /// A link's end, by how long what it opens is kept.
    ///
    /// Without retention limit links still end, after a year: a link in an old mail is nobody's forgotten key. One to all of
    /// a child lives no longer in any case: it opens what is still to come.
    static func linkExpiry(from start: Date, keptFor retention: TimeInterval?, coversChild: Bool) -> Date {
        let lifetime = retention ?? Self.year
        return start.addingTimeInterval(coversChild ? min(lifetime, Self.year) : lifetime)
    }

    private static let year: TimeInterval = 365 * 86_400

    /// The watch page of a session, with a token for whoever is to open it.
    public func watchURL(session: SessionID, token: String?) -> String {
        let template = streamViewerURL
        if template.contains("{session}") || template.contains("{token}") {
            return template.replacingOccurrences(of: "{session}", with: session.text)
                .replacingOccurrences(of: "{token}", with: token ?? "")
        }
        return template + "/watch/\(session)" + (token.map { "#token=\($0)" } ?? "")
    }

    /// The page of a recording, with a token for whoever is to open it.
    public func recordingURL(_ recording: RecordingID, token: String?) -> String {
        publicURL + "/recordings/\(recording)" + (token.map { "#token=\($0)" } ?? "")
    }
}
