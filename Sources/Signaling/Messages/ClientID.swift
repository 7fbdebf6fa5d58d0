/// One socket or one polling session, named by whoever drives the engine.
public struct ClientID: Hashable, Sendable {
    /// The name; for a polling session what its `Session-Id` header carries.
    public let rawValue: String

    /// Names a client.
    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}
