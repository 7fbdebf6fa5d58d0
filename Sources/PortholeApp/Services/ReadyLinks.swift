import Foundation
import HTTPAPI
import Identity
import PortholeCore

/// The links that a development server prints at its start, with tokens that last a day.
enum ReadyLinks {
    static func make(_ configuration: Configuration, mint: UserTokenMint?) throws -> [ReadyLink] {
        guard configuration.environment == .development, let mint else { return [] }
        let base = configuration.server.publicURL.absoluteString
        let day: TimeInterval = 86_400
        guard let player = UserID("demo-player"), let guardian = UserID("demo-guardian") else { return [] }
        let email = "guardian@example.com"
        let playerToken = try mint.token(
            subject: player,
            name: "Robin",
            expiresIn: day,
            guardians: [.init(email: email, name: "Demo guardian", userID: guardian)]
        )
        let guardianToken = try mint.token(
            subject: guardian,
            role: .guardian,
            email: email,
            name: "Demo guardian",
            expiresIn: day
        )
        return [
            ReadyLink(
                title: "Studio",
                description: "A headset in the browser: start streaming here",
                url: "\(base)/studio#token=\(playerToken)"
            ),
            ReadyLink(
                title: "Live",
                description: "What a guardian sees: who is streaming now",
                url: "\(base)/live#token=\(guardianToken)"
            ),
            ReadyLink(
                title: "Recordings",
                description: "The guardian's library",
                url: "\(base)/recordings#token=\(guardianToken)"
            ),
            ReadyLink(title: "Outbox", description: "The mails that were sent", url: "\(base)/dev/outbox"),
            ReadyLink(title: "API", description: "The OpenAPI document", url: "\(base)/openapi.yaml"),
        ]
    }

    /// The lines for a terminal.
    static func banner(_ links: [ReadyLink], base: String) -> String {
        let width = links.map(\.title.count).max() ?? 0
        let lines = links.map { link in
            "  \(link.title.padding(toLength: width, withPad: " ", startingAt: 0))  \(link.url)"
        }
        return (["", "  Porthole is open at \(base)", ""] + lines + [""]).joined(separator: "\n")
    }
}
