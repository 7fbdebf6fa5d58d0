import Foundation

extension Configuration {
    /// What `porthole config` prints: every setting with its value and where it came from, secrets masked.
    public var report: String {
        let width = effective.map(\.setting.name.count).max() ?? 0
        return
            effective.map { entry in
                let name = entry.setting.name.padding(toLength: width, withPad: " ", startingAt: 0)
                return "\(name) = \(entry.text.isEmpty ? "-" : entry.text)  (\(entry.source.rawValue))"
            }
            .joined(separator: "\n")
    }

    /// What `porthole config --json` prints: an object of `{value, source}` by setting name, secrets masked.
    public var reportJSON: String {
        struct Entry: Encodable {
            let value: String
            let source: SettingSource
        }
        let entries = effective.map { ($0.setting.name, Entry(value: $0.text, source: $0.source)) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            let data = try encoder.encode(Dictionary(uniqueKeysWithValues: entries))
            return String(decoding: data, as: UTF8.self)
        } catch {
            preconditionFailure("two strings encode")
        }
    }
}
