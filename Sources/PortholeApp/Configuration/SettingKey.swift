/// A row of the settings table together with the type of its value.
struct SettingKey<Value: Sendable>: Sendable {
    let setting: Setting
    let format: ValueFormat<Value>
    /// The value where none, or a malformed one, was given.
    let fallback: Value

    var name: String { setting.name }

    init(
        _ name: String,
        _ section: Setting.Section,
        _ format: ValueFormat<Value>,
        default fallback: Value,
        secrecy: Setting.Secrecy = .open,
        _ summary: String
    ) {
        let text = format.text(fallback)
        self.init(
            name,
            section,
            format,
            default: fallback,
            described: text.isEmpty ? .none : .value(text),
            secrecy: secrecy,
            summary
        )
    }

    /// A key whose default depends on other settings; the reader is told it when the key is read.
    init(
        _ name: String,
        _ section: Setting.Section,
        _ format: ValueFormat<Value>,
        default fallback: Value,
        described: Setting.Default,
        secrecy: Setting.Secrecy = .open,
        _ summary: String
    ) {
        self.format = format
        self.fallback = fallback
        setting = Setting(
            name: name,
            section: section,
            defaultValue: described,
            shape: format.shape,
            secrecy: secrecy,
            availability: .available,
            summary: summary
        )
    }
}

extension Setting {
    /// A setting of a part that this version does not have.
    static func later(
        _ name: String,
        _ instead: String,
        secrecy: Secrecy = .open,
        _ summary: String
    ) -> Setting {
        Setting(
            name: name,
            section: .later,
            defaultValue: .none,
            shape: "",
            secrecy: secrecy,
            availability: .later(instead),
            summary: summary
        )
    }
}
