import ArgumentParser
import PortholeApp

struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mint a user token (HS256).",
        discussion:
            "Signed with JWT_SECRET; in development without one, with the secret that the server made."
    )

    @Argument(help: "The user's id (sub).")
    var subject: String

    @Option(help: "user, guardian, service or admin.")
    var role = "user"

    @Option(help: "The user's e-mail.")
    var email: String?

    @Option(help: "The user's name.")
    var name: String?

    @Option(help: "A guardian to mail, as address or 'Name <address>'; may be repeated.")
    var guardian: [String] = []

    @Option(help: "Seconds until it expires.")
    var expiresIn = 86_400

    @Flag(help: "Print JSON.") var json = false

    @OptionGroup var settings: Settings

    func run() async throws {
        let token = try Maintenance.token(
            try settings.load(),
            subject: subject,
            role: role,
            email: email,
            name: name,
            guardians: guardian,
            expiresIn: expiresIn
        )
        print(json ? "{\"token\": \"\(token)\", \"expires_in\": \(expiresIn)}" : token)
    }
}
