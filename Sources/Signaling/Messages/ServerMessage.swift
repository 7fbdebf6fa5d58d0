/// What a server says, over either transport.
public enum ServerMessage: Hashable, Sendable {
    /// Confirms a connection id; a polite peer gives way when two offers collide.
    case connect(ConnectionID, polite: Bool)
    /// A connection is over.
    case disconnect(ConnectionID)
    /// The other side's offer.
    case offer(ConnectionID, sdp: String, polite: Bool)
    /// The other side's answer.
    case answer(ConnectionID, sdp: String)
    /// The other side's candidate.
    case candidate(ConnectionID, ICECandidate)
    /// A refusal; the socket stays open.
    case error(String)

    /// The refusal of an id that is taken, in the words of the stock server.
    static func alreadyUsed(_ id: ConnectionID) -> Self {
        .error("\(id.rawValue): This connection id is already used.")
    }

    /// The refusal of one id too many.
    static func tooManyConnections(_ id: ConnectionID) -> Self {
        .error("\(id.rawValue): Too many connections.")
    }

    /// The bytes that the message keeps in memory while it waits, roughly.
    var size: Int {
        switch self {
        case .offer(_, let sdp, _), .answer(_, let sdp): sdp.utf8.count + ConnectionID.maximumLength
        case .candidate: ICECandidate.maximumSize
        case .connect, .disconnect, .error: ConnectionID.maximumLength
        }
    }

    /// The message as a WebSocket carries it: negotiation wrapped in `from`, `to` and `data`.
    ///
    /// `data` has no connection id on the way out; clients take it from `from`.
    public func webSocketText(at now: Timestamp) -> String {
        switch self {
        case .connect(let id, let polite):
            var members = Self.members("connect", id)
            members["polite"] = .bool(polite)
            return JSONValue.object(members).text
        case .disconnect(let id):
            return JSONValue.object(Self.members("disconnect", id)).text
        case .offer(let id, let sdp, let polite):
            return Self.routed("offer", id, ["sdp": .string(sdp), "polite": .bool(polite)], now)
        case .answer(let id, let sdp):
            return Self.routed("answer", id, ["sdp": .string(sdp)], now)
        case .candidate(let id, let candidate):
            return Self.routed("candidate", id, candidate.members, now)
        case .error(let message):
            return JSONValue.object(["type": "error", "message": .string(message)]).text
        }
    }

    /// The message as polling carries it: flat.
    func flat(at time: Timestamp) -> JSONValue {
        var members: [String: JSONValue]
        switch self {
        case .connect(let id, _):
            members = Self.members("connect", id)
        case .disconnect(let id):
            members = Self.members("disconnect", id)
        case .offer(let id, let sdp, let polite):
            members = Self.members("offer", id)
            members["sdp"] = .string(sdp)
            members["polite"] = .bool(polite)
        case .answer(let id, let sdp):
            members = Self.members("answer", id)
            members["sdp"] = .string(sdp)
        case .candidate(let id, let candidate):
            members = Self.members("candidate", id).merging(candidate.members) { own, _ in own }
        case .error(let message):
            members = ["type": "error", "message": .string(message)]
        }
        members["datetime"] = .integer(time.milliseconds)
        return .object(members)
    }

    private static func members(_ type: String, _ id: ConnectionID) -> [String: JSONValue] {
        ["type": .string(type), "connectionId": .string(id.rawValue)]
    }

    private static func routed(
        _ type: String,
        _ id: ConnectionID,
        _ data: [String: JSONValue],
        _ now: Timestamp
    ) -> String {
        var data = data
        data["datetime"] = .integer(now.milliseconds)
        let members: [String: JSONValue] = [
            "from": .string(id.rawValue), "to": "", "type": .string(type), "data": .object(data),
        ]
        return JSONValue.object(members).text
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// A string.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}
