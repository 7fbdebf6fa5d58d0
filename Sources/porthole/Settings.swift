import ArgumentParser
import Foundation
import PortholeApp

/// Flags for the settings that are changed most often; `--set` takes any.
struct Settings: ParsableArguments {
    @Option(help: "Address to listen on (HOST).")
    var host: String?

    @Option(name: [.short, .long], help: "Port to listen on; 0 takes a free one (PORT).")
    var port: String?

    @Option(help: "Folder of everything that the server keeps (DATA_DIR).")
    var dataDir: String?

    @Option(help: "Base of links (PUBLIC_URL).")
    var publicUrl: String?

    @Option(help: "Folder of the pages (WEB_DIR).")
    var webDir: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical (LOG_LEVEL).")
    var logLevel: String?

    @Option(name: .customLong("set"), help: "Any setting, as NAME=value; may be repeated.")
    var others: [String] = []

    /// The configuration, or an exit with one line for each problem.
    func load() throws -> Configuration {
        var flags: [String: String] = [:]
        for other in others {
            let pair = other.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw ValidationError("--set takes NAME=value") }
            flags[String(pair[0])] = String(pair[1])
        }
        flags["HOST"] = host ?? flags["HOST"]
        flags["PORT"] = port ?? flags["PORT"]
        flags["DATA_DIR"] = dataDir ?? flags["DATA_DIR"]
        flags["PUBLIC_URL"] = publicUrl ?? flags["PUBLIC_URL"]
        flags["WEB_DIR"] = webDir ?? flags["WEB_DIR"]
        flags["LOG_LEVEL"] = logLevel ?? flags["LOG_LEVEL"]
        do {
            return try Configuration.load(flags: flags)
        } catch {
            throw Refusal("\(error)")
        }
    }
}

/// Ends the program with a plain message and status 1.
struct Refusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
