import Foundation
import Testing

@testable import PortholeApp

@Suite("Documents about settings agree with the code")
struct ConfigurationDocumentTests {
    /// The repository, found from this file (resolved, because a checkout may be reached by a link).
    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    private func cell(_ defaultValue: Setting.Default) -> String {
        switch defaultValue {
        case .none: "none"
        case .value(let text): "`\(text)`"
        case .described(let text): text
        }
    }

    @Test func `the table of the documentation holds every setting with its default`() throws {
        let rows = try text("docs/configuration.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        let cells = rows.map { row in
            row.split(separator: " | ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "| ")) }
        }
        let documented = cells.filter { $0.count == 3 }.map { [$0[0], $0[1]] }
        #expect(documented == Settings.available.map { ["`\($0.name)`", cell($0.defaultValue)] })
        #expect(cells.filter { $0.count == 2 }.map { $0[0] } == Settings.later.map { "`\($0.name)`" })
    }

    @Test func `the documentation says which settings may come from a file`() throws {
        let document = try text("docs/configuration.md")
        for setting in Settings.available {
            #expect(document.contains("`\(setting.fileName)`") == setting.mayComeFromFile)
        }
    }

    @Test func `the sample file lists every setting, commented out, with its default`() throws {
        let sample = try text(".env.example")
        #expect(try DotEnv.parse(sample).isEmpty)
        let lines = sample.split(separator: "\n").filter { $0.contains(/^# [A-Z0-9_]+=/) }
        let assignments = try DotEnv.parse(lines.map { $0.dropFirst(2) }.joined(separator: "\n"))
        #expect(assignments.map(\.name) == Settings.available.map(\.name))
        for (assignment, setting) in zip(assignments, Settings.available) {
            switch setting.defaultValue {
            case .value(let text): #expect(assignment.value == text)
            case .none, .described: #expect(assignment.value.isEmpty)
            }
        }
    }

    @Test func `the sample file with every line switched on is the default configuration`() throws {
        let switchedOn = try text(".env.example").replacing(/(?m)^# (?=[A-Z0-9_]+=)/, with: "")
        let read: (String) throws -> String = { _ in throw CocoaError(.fileNoSuchFile) }
        let configuration = try Configuration.load(
            environment: [:],
            dotEnv: switchedOn,
            flags: [:],
            readFile: read
        )
        let defaults = try Configuration.load(environment: [:], dotEnv: nil, flags: [:], readFile: read)
        #expect(configuration.effective.map(\.text) == defaults.effective.map(\.text))
    }

    @Test func `names are used once and every default is a good value`() {
        #expect(Set(Settings.all.map(\.name)).count == Settings.all.count)
        for setting in Settings.all { #expect(setting.summary.hasSuffix(".")) }
    }
}
