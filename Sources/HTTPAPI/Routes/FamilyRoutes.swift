import HTTPTypes
import Hummingbird
import PortholeCore

/// Watch links, guardians, consent, retention, access log, erasure.
struct FamilyRoutes {
    let links: WatchLinks
    let children: Children

    private struct LinkBody: Decodable {
        var rights: [String]?
        var guardianID: String?
        var expiresIn: Int?
        var scope: String?

        enum CodingKeys: String, CodingKey {
            case rights
            case guardianID = "guardian_id"
            case expiresIn = "expires_in"
            case scope
        }
    }

    private struct GuardiansBody: Decodable {
        struct Entry: Decodable {
            var email: String
            var name: String?
            var userID: String?

            enum CodingKeys: String, CodingKey {
                case email
                case name
                case userID = "user_id"
            }
        }

        var guardians: [Entry]
    }

    private struct ConsentBody: Decodable {
        var live: Bool
        var record: Bool
        var notify: Bool
        var method: String?
        var policyVersion: String?

        enum CodingKeys: String, CodingKey {
            case live
            case record
            case notify
            case method
            case policyVersion = "policy_version"
        }
    }

    private struct RetentionBody: Decodable {
        var days: Int
    }

    func add(to routes: Routes) {
        routes.on(.get, "/api/sessions/{sessionId}/watch-links", listLinks)
        routes.on(.post, "/api/sessions/{sessionId}/watch-links", createLink)
        routes.on(.delete, "/api/watch-links/{linkId}", revokeLink)
        routes.on(.get, "/api/children/{userId}/guardians", guardians)
        routes.on(.put, "/api/children/{userId}/guardians", replaceGuardians)
        routes.on(.get, "/api/children/{userId}/consent", consent)
        routes.on(.put, "/api/children/{userId}/consent", saveConsent)
        routes.on(.delete, "/api/children/{userId}/consent", deleteConsent)
        routes.on(.get, "/api/children/{userId}/retention", retention)
        routes.on(.put, "/api/children/{userId}/retention", saveRetention)
        routes.on(.delete, "/api/children/{userId}/retention", deleteRetention)
        routes.on(.get, "/api/children/{userId}/access-log", accessLog)
        routes.on(.get, "/api/children/{userId}/deletions", deletions)
        routes.on(.delete, "/api/children/{userId}", erase)
    }

    private func listLinks(_ request: Request, _ context: APIContext) async throws -> Response {
        let found = try await links.list(try context.caller(), session: try context.id("sessionId"))
        return .json(.array(found.map(\.json)))
    }

    private func createLink(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let id: SessionID = try context.id("sessionId")
        let body: LinkBody = try await request.json(isOptional: true)
        let rights = try (body.rights ?? ["live", "recording"])
            .map { word in
                guard let right = WatchRight(rawValue: word) else {
                    throw DomainError.invalid("rights are live, recording, download and record")
                }
                return right
            }
        guard body.scope == nil || body.scope == "session" || body.scope == "child" else {
            throw DomainError.invalid("scope is session or child")
        }
        let guardian = try body.guardianID.map { text in
            guard let id = GuardianID(text) else {
                throw DomainError.invalid("guardian_id names no guardian")
            }
            return id
        }
        let draft = WatchLinks.Draft(
            rights: Set(rights),
            guardianID: guardian,
            expiresIn: body.expiresIn,
            coversChild: body.scope == "child"
        )
        return .json(try await links.create(caller, session: id, draft).json, status: .created)
    }

    private func revokeLink(_ request: Request, _ context: APIContext) async throws -> Response {
        try await links.revoke(try context.caller(), try context.id("linkId"))
        return .json(["success": true])
    }

    private func guardians(_ request: Request, _ context: APIContext) async throws -> Response {
        let found = try await children.guardians(try context.caller(), of: try context.userID("userId"))
        return .json(["guardians": .array(found.map(\.json))])
    }

    private func replaceGuardians(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let child = try context.userID("userId")
        let body: GuardiansBody = try await request.json()
        let drafts = try body.guardians.map { entry in
            let userID = try entry.userID.map { text in
                guard let id = UserID(text) else { throw DomainError.invalid("user_id is not a user id") }
                return id
            }
            return GuardianDraft(email: entry.email, name: entry.name, userID: userID)
        }
        let guardians = try await children.replaceGuardians(caller, of: child, with: drafts)
        return .json(["guardians": .array(guardians.map(\.json))])
    }

    private func consent(_ request: Request, _ context: APIContext) async throws -> Response {
        .json(try await children.consent(try context.caller(), of: try context.userID("userId")).json)
    }

    private func saveConsent(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let child = try context.userID("userId")
        let body: ConsentBody = try await request.json()
        let draft = Children.ConsentDraft(
            live: body.live,
            record: body.record,
            notify: body.notify,
            method: body.method,
            policyVersion: body.policyVersion
        )
        return .json(try await children.saveConsent(caller, of: child, draft).json)
    }

    private func deleteConsent(_ request: Request, _ context: APIContext) async throws -> Response {
        try await children.deleteConsent(try context.caller(), of: try context.userID("userId"))
        return .json(["success": true])
    }

    private func retention(_ request: Request, _ context: APIContext) async throws -> Response {
        .json(try await children.retention(try context.caller(), of: try context.userID("userId")).json)
    }

    private func saveRetention(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let child = try context.userID("userId")
        let body: RetentionBody = try await request.json()
        return .json(try await children.setRetention(caller, of: child, days: body.days).json)
    }

    private func deleteRetention(_ request: Request, _ context: APIContext) async throws -> Response {
        let child = try context.userID("userId")
        return .json(try await children.setRetention(try context.caller(), of: child, days: nil).json)
    }

    private func accessLog(_ request: Request, _ context: APIContext) async throws -> Response {
        try await page("entries", request, context, children.accessLog) { entry in
            (PageCursor(createdAt: entry.at, id: entry.id.text), entry.json)
        }
    }

    private func deletions(_ request: Request, _ context: APIContext) async throws -> Response {
        try await page("deletions", request, context, children.deletions) { stone in
            (PageCursor(createdAt: stone.deletedAt, id: stone.id.text), stone.json)
        }
    }

    /// A page of what is kept of a child, newest first.
    private func page<Row>(
        _ name: String,
        _ request: Request,
        _ context: APIContext,
        _ list: (Caller, UserID, PageCursor?, Int) async throws -> [Row],
        row: (Row) -> (PageCursor, JSONValue)
    ) async throws -> Response {
        let caller = try context.caller()
        let child = try context.userID("userId")
        let paging = try Paging(request)
        let found = try await list(caller, child, paging.cursor, paging.limit + 1)
        return paging.answer(name, found.map(row), path: request.uri.path)
    }

    private func erase(_ request: Request, _ context: APIContext) async throws -> Response {
        let erased = try await children.erase(try context.caller(), try context.userID("userId"))
        return .json([
            "success": true,
            "sessions": .number(erased.sessions),
            "recordings": .number(erased.recordings),
            "links": .number(erased.links),
        ])
    }
}
