/// The table of all settings.
///
/// A setting is declared once, in one of the `Settings+….swift` files, and listed here.
enum Settings {
    /// Every setting, in the order of the documentation.
    static let all: [Setting] = available + later

    static let available: [Setting] =
        server + identity + signaling + media + ice + sessions + mail + limits + logs

    static let byName: [String: Setting] = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// Every name that may be assigned, `NAME_FILE` companions included.
    static let assignableNames: [String] =
        all.map(\.name) + all.filter(\.mayComeFromFile).map(\.fileName)
}
