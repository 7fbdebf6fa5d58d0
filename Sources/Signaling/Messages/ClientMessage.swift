import Foundation

/// What a client says, over either transport.
public enum ClientMessage: Hashable, Sendable {
    /// Takes up a connection id.
    case connect(ConnectionID)
    /// Gives a connection id up.
    case disconnect(ConnectionID)
    /// Starts or changes a negotiation.
    case offer(ConnectionID, sdp: String)
    /// Agrees to an offer.
    case answer(ConnectionID, sdp: String)
    /// Names an address to try.
    case candidate(ConnectionID, ICECandidate)

    /// The kinds of message, by the name they have in `type` and in the paths of HTTP.
    public enum Kind: String, Sendable {
        /// Takes up a connection id.
        case connect
        /// Gives a connection id up.
        case disconnect
        /// Starts or changes a negotiation.
        case offer
        /// Agrees to an offer.
        case answer
        /// Names an address to try.
        case candidate
    }

    /// The connection that the message is about.
    public var connectionID: ConnectionID {
        switch self {
        case .connect(let id), .disconnect(let id), .offer(let id, _), .answer(let id, _),
            .candidate(let id, _):
            id
        }
    }

    /// Reads a WebSocket message, or returns `nil` if its type is none that we know.
    ///
    /// `connect` and `disconnect` carry the id at the top, the others in `data`; the rest of the envelope is of no
    /// meaning to a server.
    ///
    /// - Throws: ``MessageError`` when the message is of a known type and yet cannot be one.
    public static func decode(webSocketText text: String) throws(MessageError) -> ClientMessage? {
        let envelope = try decode(Envelope.self, from: Data(text.utf8))
        guard let kind = envelope.type?.stringValue.flatMap(Kind.init(rawValue:)) else { return nil }
        switch kind {
        case .connect, .disconnect:
            return try Body(connectionId: envelope.connectionId).message(of: kind)
        case .offer, .answer, .candidate:
            guard let data = envelope.data else { throw .malformed }
            return try data.message(of: kind)
        }
    }

    /// Reads the body of an HTTP request; its path says of what kind it is.
    ///
    /// - Throws: ``MessageError`` when the body is no such message.
    public static func decode(_ kind: Kind, httpBody body: [UInt8]) throws(MessageError) -> ClientMessage {
        try decode(Body.self, from: Data(body)).message(of: kind)
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type,
        from data: Data
    ) throws(MessageError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw .malformed
        }
    }
}

/// The outer object of a WebSocket message.
private struct Envelope: Decodable {
    var type: JSONValue?
    var connectionId: JSONValue?
    var data: Body?
}

/// The object that carries the fields: `data` of a WebSocket message, the body of an HTTP request.
private struct Body: Decodable {
    var connectionId: JSONValue?
    var sdp: JSONValue?
    var candidate: JSONValue?
    var sdpMLineIndex: JSONValue?
    var sdpMid: JSONValue?

    private enum CodingKeys: String, CodingKey {
        case connectionId
        case sdp
        case candidate
        case sdpMLineIndex
        case sdpMid
    }

    init(connectionId: JSONValue?) {
        self.connectionId = connectionId
    }

    /// Unlike the synthesised one it keeps an explicit `null` apart from an absent field.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value(_ key: CodingKeys) throws -> JSONValue? {
            guard container.contains(key) else { return nil }
            return try container.decodeNil(forKey: key)
                ? .null : container.decode(JSONValue.self, forKey: key)
        }
        connectionId = try value(.connectionId)
        sdp = try value(.sdp)
        candidate = try value(.candidate)
        sdpMLineIndex = try value(.sdpMLineIndex)
        sdpMid = try value(.sdpMid)
    }

    func message(of kind: ClientMessage.Kind) throws(MessageError) -> ClientMessage {
        guard let id = connectionId?.stringValue.flatMap(ConnectionID.init) else { throw .badConnectionID }
        switch kind {
        case .connect:
            return .connect(id)
        case .disconnect:
            return .disconnect(id)
        case .offer, .answer:
            guard let sdp = sdp?.stringValue else { throw .missingSDP }
            return kind == .offer ? .offer(id, sdp: sdp) : .answer(id, sdp: sdp)
        case .candidate:
            let candidate = ICECandidate(candidate: candidate, sdpMLineIndex: sdpMLineIndex, sdpMid: sdpMid)
            guard JSONValue.object(candidate.members).text.utf8.count <= ICECandidate.maximumSize else {
                throw .oversizedCandidate
            }
            return .candidate(id, candidate)
        }
    }
}
