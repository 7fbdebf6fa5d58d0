/// A candidate as it is relayed: each field untouched, whatever its JSON type, and absent if it was absent.
public struct ICECandidate: Hashable, Sendable {
    /// The largest candidate accepted, in bytes of JSON; usual ones have 200.
    public static let maximumSize = 4096

    /// The candidate's text.
    public let candidate: JSONValue?
    /// The index of the media section, by its name.
    public let sdpMLineIndex: JSONValue?
    /// The `mid` of the media section, by its name.
    public let sdpMid: JSONValue?

    /// Collects the fields.
    public init(candidate: JSONValue?, sdpMLineIndex: JSONValue?, sdpMid: JSONValue?) {
        self.candidate = candidate
        self.sdpMLineIndex = sdpMLineIndex
        self.sdpMid = sdpMid
    }

    /// Whether it says only that no more come; the C# constructor of Unity's candidate throws on an empty text.
    public var isEndOfCandidates: Bool {
        switch candidate {
        case nil, .null, .string(""): true
        default: false
        }
    }

    /// The fields that are there.
    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members["candidate"] = candidate
        members["sdpMLineIndex"] = sdpMLineIndex
        members["sdpMid"] = sdpMid
        return members
    }
}
