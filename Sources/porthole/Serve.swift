import ArgumentParser
import PortholeApp

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server.",
        discussion: "In development it needs no account anywhere and prints ready links."
    )

    @OptionGroup var settings: Settings

    func run() async throws {
        try await PortholeServer.run(try settings.load())
    }
}

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the configuration in use, secrets masked."
    )

    @OptionGroup var settings: Settings
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let configuration = try settings.load()
        print(json ? configuration.reportJSON : configuration.report)
        guard !json else { return }
        for warning in configuration.warnings { print("warning: \(warning)") }
    }
}

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database up to date (serve does it too)."
    )

    @OptionGroup var settings: Settings
    @Flag(help: "Only show what would be done.") var dryRun = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let names = try await Maintenance.migrate(try settings.load(), isDryRun: dryRun)
        if json {
            print("[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]")
        } else if names.isEmpty {
            print("The database is up to date.")
        } else {
            print(names.map { (dryRun ? "pending  " : "applied  ") + $0 }.joined(separator: "\n"))
        }
    }
}

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    @Flag(help: "Print JSON.") var json = false

    func run() {
        print(json ? "{\"version\": \"\(portholeVersion)\"}" : "porthole \(portholeVersion)")
    }
}
