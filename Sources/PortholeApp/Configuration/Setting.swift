/// One row of the settings table: everything that is known about a setting apart from its type.
///
/// The table drives parsing, `porthole config`, the detection of unknown names, and the tests that hold
/// `docs/configuration.md` and `.env.example` to the code.
public struct Setting: Sendable, Equatable {
    /// The chapter of the documentation a setting belongs to.
    public enum Section: String, Sendable, CaseIterable {
        case server = "Server"
        case identity = "Identity"
        case signaling = "Signaling"
        case ice = "STUN and TURN"
        case media = "Media plane"
        case sessions = "Sessions and recordings"
        case mail = "Mail"
        case limits = "Limits and origins"
        case logs = "Logs and metrics"
        case later = "Not in this version"
    }

    /// What happens when the setting has no value.
    public enum Default: Sendable, Equatable {
        case none
        /// A literal that could be written down as the value.
        case value(String)
        /// A value that depends on something else, described in words.
        case described(String)
    }

    /// How much of a value may be shown.
    public enum Secrecy: Sendable, Equatable {
        case open
        case secret
        /// A URL whose user and password are hidden.
        case credentialsInURL
    }

    /// Whether this version has the part that the setting belongs to.
    public enum Availability: Sendable, Equatable {
        case available
        /// The part is missing; the text says what this version does in its place.
        case later(String)
    }

    /// The name, as in the environment and in `.env`.
    public let name: String
    /// The chapter it is documented in.
    public let section: Section
    /// What happens when it has no value.
    public let defaultValue: Default
    /// What values look like, such as "a whole number from 0 to 65535".
    public let shape: String
    /// How much of its value may be shown.
    public let secrecy: Secrecy
    /// Whether this version has it.
    public let availability: Availability
    /// What it is for, in one sentence.
    public let summary: String

    /// Whether the value may also come from the file that `NAME_FILE` names.
    public var mayComeFromFile: Bool { secrecy != .open }

    /// The name of the companion that holds the path of a file with the value.
    public var fileName: String { name + "_FILE" }
}
