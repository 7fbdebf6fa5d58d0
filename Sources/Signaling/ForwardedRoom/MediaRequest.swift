/// A connection of the media plane, named by it.
public struct MediaHandle: Hashable, Sendable {
    /// The name.
    public let rawValue: String

    /// Names a connection.
    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// What a forwarded room needs of the media plane; whoever drives the room asks for it and brings back the outcome.
public struct MediaRequest: Hashable, Sendable {
    /// Whose media it is.
    public enum Side: Hashable, Sendable {
        /// The host's.
        case ingest
        /// That of a viewer whose page speaks signaling.
        case page(ClientID)
    }

    /// What is needed.
    public enum Call: Hashable, Sendable {
        /// The text of an offer without sections.
        case emptyOffer
        /// A connection, and an offer of an application section on it.
        case openByOffer
        /// A connection, and the answer to this offer.
        case open(offer: String)
        /// Nothing but that this answer is taken.
        case accept(MediaHandle, answer: String)
        /// The answer to a further offer.
        case answer(MediaHandle, offer: String)
        /// An offer of the room's media.
        case offerMedia(MediaHandle)
        /// The end of a connection.
        case close(MediaHandle)
    }

    /// Whose media it is.
    public let side: Side
    /// The connection in signaling.
    public let id: ConnectionID
    /// What is needed.
    public let call: Call

    /// Puts a request together.
    public init(_ side: Side, _ id: ConnectionID, _ call: Call) {
        self.side = side
        self.id = id
        self.call = call
    }
}

/// What came of a request.
public enum MediaOutcome: Hashable, Sendable {
    /// The connection is open, and this is its description for the other side.
    case opened(MediaHandle, sdp: String)
    /// The description that was asked for.
    case described(String)
    /// It is done.
    case done
    /// It was not done.
    case failed
}
