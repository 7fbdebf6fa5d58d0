import HTTPTypes
import Hummingbird
import PortholeCore

/// `/api/recordings…`: upload, list, look, download, delete.
struct RecordingRoutes {
    let recordings: Recordings
    let clips: RecordingClips
    let receiver: ChunkReceiver
    let store: any ObjectStore
    let maximumChunkBytes: Int64

    func add(to routes: Routes) {
        routes.on(.post, RateLimits.uploadPath, upload)
        routes.on(.get, "/api/recordings/session/{sessionId}", ofSession)
        routes.on(.get, "/api/recordings/{recordingId}/download", download)
        routes.on(.get, "/api/recordings/{recordingId}/segments/{number}", segment)
        routes.on(.post, "/api/recordings/{recordingId}/clips", clip)
        routes.on(.get, "/api/recordings/{recordingId}", find)
        routes.on(.delete, "/api/recordings/{recordingId}", delete)
        routes.on(.get, "/api/recordings", list)
    }

    private func upload(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let (upload, file) = try await UploadForm.read(request, store: store, limit: maximumChunkBytes) {
            session in
            try await receiver.precheck(caller, session: session)
        }
        let receipt = try await receiver.receive(caller, upload, file)
        return .json([
            "id": .string(receipt.recording.id.text),
            "url": .string("/api/recordings/\(receipt.recording.id)/download"),
            "fileSize": .number(receipt.recordingBytes),
            "chunkNumber": .number(receipt.chunkNumber),
            "received": .number(receipt.received),
            "rollOver": .bool(receipt.shouldRollOver),
        ])
    }

    private func ofSession(_ request: Request, _ context: APIContext) async throws -> Response {
        let found = try await recordings.list(try context.caller(), session: try context.id("sessionId"))
        return .json(.array(found.map(\.json)))
    }

    private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller()
        let paging = try Paging(request)
        let userID = try request.userIDFilter()
        let found = try await recordings.list(
            caller,
            userID: userID,
            after: paging.cursor,
            limit: paging.limit + 1
        )
        return paging.answer(
            "recordings",
            found.map { (PageCursor(createdAt: $0.recording.createdAt, id: $0.recording.id.text), $0.json) },
            path: "/api/recordings",
            extra: userID.map { [("user_id", $0.text)] } ?? []
        )
    }

    private func find(_ request: Request, _ context: APIContext) async throws -> Response {
        .json(try await recordings.find(try context.caller(), try context.id("recordingId")).json)
    }

    /// A URL to play (right `recording`), or with `?download=1` to save as a file (right `download`).
    private func download(_ request: Request, _ context: APIContext) async throws -> Response {
        try await signed(request, context, segment: nil)
    }

    /// The same for one of its files, which may still be growing.
    private func segment(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let number = context.parameters.get("number").flatMap({ Int($0) }),
            (0...99_999).contains(number)
        else { throw DomainError.notFound }
        return try await signed(request, context, segment: number)
    }

    private func signed(
        _ request: Request,
        _ context: APIContext,
        segment: Int?
    ) async throws -> Response {
        let signed = try await recordings.download(
            try context.caller(),
            try context.id("recordingId"),
            segment: segment,
            saving: request.uri.queryParameters["download"] == "1"
        )
        return .json(["url": .string(signed.url), "expires_at": .time(signed.expiresAt)])
    }

    private struct ClipBody: Decodable {
        var last: Double?
        var start: Double?
        var end: Double?
    }

    /// Saves a moment: `{"last": 30}`, or `{"start": 12.5, "end": 40}` on the recording's time line.
    private func clip(_ request: Request, _ context: APIContext) async throws -> Response {
        let body: ClipBody = try await request.json(isOptional: false)
        let stretch: RecordingClips.Stretch
        switch (body.last, body.start, body.end) {
        case (let seconds?, nil, nil): stretch = .last(seconds)
        case (nil, let start?, let end?): stretch = .range(start: start, end: end)
        default: throw DomainError.invalid("Give last, or start and end, in seconds")
        }
        let caller = try context.caller()
        let clip = try await clips.request(caller, of: try context.id("recordingId"), stretch)
        var response = Response.json(try await recordings.find(caller, clip.id).json)
        response.status = .accepted
        response.headers[.location] = "/api/recordings/\(clip.id)"
        return response
    }

    private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        try await recordings.delete(try context.caller(), try context.id("recordingId"))
        return .json(["success": true])
    }
}
