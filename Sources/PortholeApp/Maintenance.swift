import Foundation
import Identity
import Logging
import Persistence
import PortholeCore

/// What the commands besides `serve` do.
public enum Maintenance {
    /// Brings the database up to date.
    ///
    /// - Returns: The migrations that were applied, or would be.
    public static func migrate(_ configuration: Configuration, isDryRun: Bool) async throws -> [String] {
        let data = try DataDirectory(configuration.server.dataDirectory)
        let database = try SQLiteDatabase(path: data.databasePath, logger: Logger(label: "migrate"))
        let names = isDryRun ? try await database.pendingMigrations() : try await database.migrate()
        try database.close()
        return names
    }

    /// A user token as the studio's app would make it.
    ///
    /// - Throws: ``StartError`` when there is no secret to sign with, or an argument is wrong.
    public static func token(
        _ configuration: Configuration,
        subject: String,
        role: String,
        email: String?,
        name: String?,
        guardians: [String],
        expiresIn: Int
    ) throws -> String {
        let identity = try Wiring.identity(configuration, dataDirectory: configuration.server.dataDirectory)
        guard let mint = UserTokenMint(configuration: identity, now: { Date() }) else {
            throw StartError("There is no JWT_SECRET to sign with: tokens come from the issuer of your JWKS")
        }
        guard let id = UserID(subject) else { throw StartError("The subject must have 1 to 255 bytes") }
        guard let role = User.Role(rawValue: role) else {
            throw StartError("role is user, guardian, service or admin")
        }
        guard expiresIn > 0 else { throw StartError("--expires-in takes seconds, at least 1") }
        let claimed = try guardians.map { text in
            guard let mailbox = Mailbox(text) else { throw StartError("--guardian takes an e-mail address") }
            return GuardianDraft(email: mailbox.address, name: mailbox.name, userID: nil)
        }
        return try mint.token(
            subject: id,
            role: role,
            email: email,
            name: name,
            expiresIn: TimeInterval(expiresIn),
            guardians: claimed
        )
    }
}
