/// A message for one socket, to be sent at once.
public struct Delivery: Hashable, Sendable {
    /// Who gets it.
    public let client: ClientID
    /// What it gets.
    public let message: ServerMessage

    /// Addresses a message.
    public init(to client: ClientID, _ message: ServerMessage) {
        self.client = client
        self.message = message
    }
}
