import HTTPTypes
import Hummingbird
import PortholeCore

/// `/api/sessions…`: start, end, list, look.
struct SessionRoutes {
    let sessions: Sessions
    let viewers: Viewers
    let recordings: Recordings
    let tokens: any OwnTokens
    let ice: any ICEServerSource
    let signaling: SignalingRoutes
    let domain: DomainSettings

    private struct StartBody: Decodable {
        var connectionId: String?
        var metadata: [String: JSONValue]?
    }

    func add(to routes: Routes) {
        routes.on(.post, "/api/sessions/start", start)
        routes.on(.post, "/api/sessions/end/{sessionId}", end)
        routes.on(.get, "/api/sessions/active", active)
        routes.on(.get, "/api/sessions/{sessionId}", find)
        routes.on(.get, "/api/sessions", list)
        routes.on(.post, "/api/sessions/{sessionId}/viewers", join)
        routes.on(.delete, "/api/sessions/{sessionId}/viewers/{viewerId}", leave)
    }

    private func start(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let body: StartBody = try await request.json(isOptional: true)
        let started = try await sessions.start(
            caller,
            connectionID: body.connectionId,
            metadata: body.metadata ?? [:]
        )
        let (session, consent) = (started.session, started.consent)
        let ticket = tokens.hostTicket(for: session.id)
        let socketBase = "ws" + domain.publicURL.dropFirst("http".count)
        return .json([
            "sessionId": .string(session.id.text),
            "roomName": .string(session.roomName),
            "connectionId": .string(session.connectionID),
            "watchUrl": .string(domain.watchURL(session: session.id, token: nil)),
            "ingest": [
                "signalingUrl": .string("\(socketBase)/signaling/\(session.id)?token=\(ticket)"),
                "signalingHttpUrl": .string("\(domain.publicURL)/t/\(ticket)"),
                // From peer to peer there is no address to publish to.
                "whipUrl": .text(
                    signaling.settings.forwardsMedia
                        ? "\(domain.publicURL)/whip/\(session.id)?token=\(ticket)" : nil
                ),
            ],
            "media_mode": .string(signaling.settings.mediaMode),
            "iceServers": .array(await ice.servers().map(\.json)),
            "consent": [
                "live": .bool(consent?.live ?? false),
                "record": .bool(consent?.record ?? false),
                "notify": .bool(consent?.notify ?? false),
            ],
        ])
    }

    private func end(_ request: Request, _ context: APIContext) async throws -> Response {
        let session = try await sessions.end(try context.caller(), try context.id("sessionId"))
        return .json(["success": true, "duration": .number(session.durationSeconds)])
    }

    private func active(_ request: Request, _ context: APIContext) async throws -> Response {
        let overviews = try await sessions.active(try context.caller())
        return .json(.array(overviews.map(\.activeJSON)))
    }

    private func find(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let (overview, rights) = try await sessions.find(caller, try context.id("sessionId"))
        let known =
            rights.contains(.recording)
            ? try await recordings.list(caller, session: overview.session.id)
                .first { $0.recording.clip == nil }?
                .recording.id : nil
        return .json(
            overview.json
                .merging([
                    "viewer_count": .number(overview.totalViewers),
                    "recording_id": .text(known?.text),
                    "media_mode": .string(signaling.settings.mediaMode),
                ])
                .merging(
                    await signaling.presence(
                        overview.session.id,
                        pollingSession: request.headers[.signalingSession],
                        principalIDs: caller.principalIDs
                    )
                )
        )
    }

    private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let paging = try Paging(request)
        let userID = try request.userIDFilter()
        let found = try await sessions.list(
            caller,
            userID: userID,
            after: paging.cursor,
            limit: paging.limit + 1
        )
        return paging.answer(
            "sessions",
            found.map { (PageCursor(createdAt: $0.session.startedAt, id: $0.session.id.text), $0.json) },
            path: "/api/sessions",
            extra: userID.map { [("user_id", $0.text)] } ?? []
        )
    }

    private func join(_ request: Request, _ context: APIContext) async throws -> Response {
        .json(try await viewers.join(try context.caller(), try context.id("sessionId")).json)
    }

    private func leave(_ request: Request, _ context: APIContext) async throws -> Response {
        let session: SessionID = try context.id("sessionId")
        let viewer = try await viewers.leave(
            try context.caller(),
            session,
            viewer: try context.id("viewerId")
        )
        await signaling.hub.cut(viewer: viewer.userID, of: session)
        return .json(["success": true])
    }
}

extension Request {
    /// The `user_id` filter of lists.
    func userIDFilter() throws -> UserID? {
        guard let text = uri.queryParameters["user_id"] else { return nil }
        guard let id = UserID(text) else { throw DomainError.malformed("user_id is not a user id") }
        return id
    }
}
