import Foundation

/// The texts of settings as they were given, the strongest source first, before they are understood.
struct RawSettings {
    struct Value: Equatable {
        let text: String
        let source: SettingSource
    }

    private(set) var values: [String: Value] = [:]
    private(set) var problems: [ConfigurationError.Problem] = []
    private let readFile: (String) throws -> String

    init(
        flags: [String: String],
        environment: [String: String],
        dotEnv: String?,
        readFile: @escaping (String) throws -> String
    ) {
        self.readFile = readFile
        reportUnknown(flags.keys.sorted().map { ($0, "on the command line") })
        let file = readDotEnv(dotEnv ?? "")
        for setting in Settings.all {
            for (texts, source) in [
                (flags, .commandLine), (environment, .environment), (file, SettingSource.dotEnv),
            ] {
                guard let text = text(of: setting, in: texts) else { continue }
                if !text.isEmpty { values[setting.name] = Value(text: text, source: source) }
                break
            }
        }
    }

    /// The text that one source gives; nil if it does not speak of the setting at all.
    private mutating func text(of setting: Setting, in texts: [String: String]) -> String? {
        let direct = texts[setting.name]?.trimmingCharacters(in: .whitespaces)
        guard setting.mayComeFromFile, let path = texts[setting.fileName], !path.isEmpty else {
            return direct
        }
        guard direct?.isEmpty ?? true else {
            report(setting.name, "\(setting.name) and \(setting.fileName) are both set; keep one of them")
            return direct
        }
        do {
            let text = try readFile(path).trimmingCharacters(in: .whitespacesAndNewlines)
            guard text.isEmpty else { return text }
            report(setting.name, "\(setting.fileName) names a file that is empty; put the secret there")
        } catch {
            report(
                setting.name,
                "\(setting.fileName) names a file that cannot be read; check its path and mode"
            )
        }
        return ""
    }

    private mutating func readDotEnv(_ text: String) -> [String: String] {
        do {
            let assignments = try DotEnv.parse(text)
            reportUnknown(assignments.map { ($0.name, "in .env, line \($0.line)") })
            var seen: [String: Int] = [:]
            for assignment in assignments {
                if let first = seen[assignment.name] {
                    let lines = "lines \(first) and \(assignment.line)"
                    report(
                        assignment.name,
                        "\(assignment.name) stands twice in .env, \(lines); keep one of them"
                    )
                }
                seen[assignment.name] = assignment.line
            }
            return Dictionary(assignments.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        } catch {
            report(".env", ".env, line \(error.line): \(error.reason)")
            return [:]
        }
    }

    private mutating func reportUnknown(_ names: [(name: String, place: String)]) {
        let known = Set(Settings.assignableNames)
        for (name, place) in names where !known.contains(name) {
            let nearest = EditDistance.nearest(to: name, in: Settings.assignableNames)
            let advice = nearest.map { "did you mean \($0)?" } ?? "remove it"
            report(name, "\(name) (\(place)) is not a setting; \(advice)")
        }
    }

    private mutating func report(_ setting: String, _ advice: String) {
        problems.append(ConfigurationError.Problem(setting: setting, advice: advice))
    }
}
