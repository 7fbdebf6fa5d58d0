/// Where the value of a setting came from.
public enum SettingSource: String, Sendable, Codable, CaseIterable {
    case commandLine = "command line"
    case environment = "environment"
    case dotEnv = ".env"
    case `default` = "default"
}

/// A setting as the server uses it, ready to be shown.
public struct EffectiveSetting: Sendable, Equatable {
    /// The row of the table.
    public let setting: Setting
    /// The value, masked if it is a secret; empty if there is none.
    public let text: String
    /// Where it came from.
    public let source: SettingSource
}
