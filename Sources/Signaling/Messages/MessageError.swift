/// Why a message is no message.
public enum MessageError: Error, Equatable, Sendable {
    /// The text is not JSON of the shape of a message.
    case malformed
    /// The connection id is missing, empty or longer than ``ConnectionID/maximumLength``.
    case badConnectionID
    /// An offer or an answer without its text.
    case missingSDP
    /// A candidate larger than ``ICECandidate/maximumSize``.
    case oversizedCandidate
}
