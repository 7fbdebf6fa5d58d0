/// Everything that is wrong with the settings, found in one go.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Equatable, Sendable {
        /// The setting it is about.
        public let setting: String
        /// One line that names the setting and says what to do; never holds a secret.
        public let advice: String
    }

    /// At least one problem, in the order of the settings table.
    public let problems: [Problem]

    /// One line for each problem.
    public var description: String { problems.map(\.advice).joined(separator: "\n") }
}
