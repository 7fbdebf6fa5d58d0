import Foundation

/// Why a simulation cannot do what it was asked.
public enum SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system refuses something.
    case system(operation: String, code: Int32)
    /// OpenSSL refuses a certificate or a context.
    case noCertificate
    /// The server refuses, and would again.
    case refused(status: Int, reason: String)
    /// The server cannot now; ask again after so many seconds, if it says so.
    case unavailable(status: Int, retryAfter: Int?)
    /// The server cannot be reached.
    case unreachable(reason: String)
    /// The answer is of no use.
    case badAnswer(reason: String)
    /// An argument is wrong.
    case badArgument(String)

    /// Whether there is a point in trying again.
    var isPassing: Bool {
        switch self {
        case .unavailable, .unreachable: true
        default: false
        }
    }

    /// For a person at a terminal.
    public var description: String {
        switch self {
        case .system(let operation, let code):
            "could not \(operation): \(String(cString: strerror(code)))"
        case .noCertificate: "OpenSSL makes no certificate"
        case .refused(let status, let reason): "the server refuses (\(status)): \(reason)"
        case .unavailable(let status, _): "the server cannot now (\(status))"
        case .unreachable(let reason): "the server cannot be reached: \(reason)"
        case .badAnswer(let reason): "the server's answer is of no use: \(reason)"
        case .badArgument(let reason): reason
        }
    }
}
