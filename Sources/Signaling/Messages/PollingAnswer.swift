/// What an HTTP call of a polling client is answered.
public enum PollingAnswer: Equatable, Sendable {
    /// A message and the moment it was posted.
    public struct Item: Equatable, Sendable {
        /// The message.
        public let message: ServerMessage
        /// When it was posted, or last stamped anew.
        public var time: Timestamp

        /// Stamps a message.
        public init(_ message: ServerMessage, at time: Timestamp) {
            self.message = message
            self.time = time
        }
    }

    /// Which messages a GET asks for; the raw value is the last part of the path.
    public enum Selection: String, Sendable {
        /// All of them, as clients of today ask.
        case all = ""
        /// The session's own connection ids.
        case connections = "connection"
        /// Offers.
        case offers = "offer"
        /// Answers.
        case answers = "answer"
        /// Candidates.
        case candidates = "candidate"

        func contains(_ message: ServerMessage) -> Bool {
            switch (self, message) {
            case (.all, _), (.connections, .connect), (.offers, .offer), (.answers, .answer): true
            case (.candidates, .candidate): true
            default: false
            }
        }
    }

    /// Done, with nothing to tell.
    case accepted
    /// A new polling session.
    case opened(ClientID)
    /// A connection id was taken up.
    case connected(ConnectionID, polite: Bool, at: Timestamp)
    /// A connection id was given up.
    case disconnected(ConnectionID)
    /// Messages, oldest first, and the time of the server, from which the client asks on.
    case messages([Item], Selection, at: Timestamp)
    /// The request makes no sense, or its private connection id is taken.
    case refused
    /// No such session, or no longer.
    case unknownSession
    /// A bound is reached; the client may try again.
    case full

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .accepted, .opened, .connected, .disconnected, .messages: 200
        case .refused: 400
        case .unknownSession: 404
        case .full: 503
        }
    }

    /// The body: JSON, or a word for the answers that the stock server gives as text.
    public enum Body: Equatable, Sendable {
        /// `text/plain`.
        case text(String)
        /// `application/json`.
        case json(String)
    }

    /// The HTTP body.
    public var body: Body {
        switch self {
        case .accepted: .text("OK")
        case .unknownSession: .text("Not Found")
        case .full: .text("Service Unavailable")
        case .refused: .json(JSONValue.object(["error": .object([:])]).text)
        case .opened(let session): .json(JSONValue.object(["sessionId": .string(session.rawValue)]).text)
        case .disconnected(let id): .json(JSONValue.object(["connectionId": .string(id.rawValue)]).text)
        case .connected(let id, let polite, let time):
            .json(
                JSONValue.object([
                    "connectionId": .string(id.rawValue), "polite": .bool(polite), "type": "connect",
                    "datetime": .integer(time.milliseconds),
                ])
                .text
            )
        case .messages(let items, let selection, let time):
            .json(Self.list(items, selection, at: time).text)
        }
    }

    private static func list(_ items: [Item], _ selection: Selection, at time: Timestamp) -> JSONValue {
        let list = JSONValue.array(items.map { $0.message.flat(at: $0.time) })
        return switch selection {
        case .all: .object(["messages": list, "datetime": .integer(time.milliseconds)])
        case .connections: .object(["connections": list])
        case .offers: .object(["offers": list])
        case .answers: .object(["answers": list])
        case .candidates: .object(["candidates": list])
        }
    }
}
