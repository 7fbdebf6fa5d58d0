/// Turns texts into typed values and remembers what went wrong and what came out.
struct SettingReader {
    private let raw: RawSettings
    private(set) var problems: [ConfigurationError.Problem]
    private(set) var effective: [EffectiveSetting] = []

    init(_ raw: RawSettings) {
        self.raw = raw
        problems = raw.problems
        for setting in Settings.later {
            guard raw.values[setting.name] != nil, case .later(let instead) = setting.availability else {
                continue
            }
            report(setting.name, "\(setting.name) is set, but \(instead); remove it")
        }
    }

    /// The value given, else the default of the table.
    mutating func value<Value>(_ key: SettingKey<Value>) -> Value {
        value(key, default: key.fallback)
    }

    /// The value given, else a default that was worked out from other settings.
    mutating func value<Value>(_ key: SettingKey<Value>, default fallback: Value) -> Value {
        guard let given = raw.values[key.name] else {
            record(key.setting, key.format.text(fallback), .default)
            return fallback
        }
        guard let value = key.format.parse(given.text) else {
            report(key.name, "\(key.name) must be \(key.format.shape)\(quoted(given.text, of: key.setting))")
            return fallback
        }
        record(key.setting, key.format.text(value), given.source)
        return value
    }

    /// As `value`, for a setting whose default is shown although the key itself has none.
    mutating func value<Value>(_ key: SettingKey<Value?>, else fallback: Value) -> Value {
        value(key, default: .some(fallback)) ?? fallback
    }

    func isGiven<Value>(_ key: SettingKey<Value>) -> Bool { raw.values[key.name] != nil }

    mutating func report<Value>(_ key: SettingKey<Value>, _ advice: String) { report(key.name, advice) }

    /// A second problem with the same setting would only be a consequence of the first.
    private mutating func report(_ name: String, _ advice: String) {
        guard !problems.contains(where: { $0.setting == name }) else { return }
        problems.append(ConfigurationError.Problem(setting: name, advice: advice))
    }

    /// The refused text, where it is short and cannot be, or hold, a secret.
    private func quoted(_ text: String, of setting: Setting) -> String {
        let isHarmless = text.count <= 80 && !text.contains { $0 == "@" || $0.isNewline }
        return setting.secrecy == .open && isHarmless ? ", not \"\(text)\"" : ""
    }

    private mutating func record(_ setting: Setting, _ text: String, _ source: SettingSource) {
        let isMasked = setting.secrecy == .secret && !text.isEmpty
        effective.append(
            EffectiveSetting(setting: setting, text: isMasked ? "********" : text, source: source)
        )
    }
}
