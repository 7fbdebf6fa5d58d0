import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PortholeCore
import ServiceLifecycle

/// Server-sent events of a WHEP connection (`webrtc-http-egress-events`).
extension MediaRoutes {
    func addEvents(to routes: Routes) {
        guard let events else { return }
        let base = "/whep/{room}/{resource}/events"
        routes.on(.post, base) { try await subscribe($0, $1, events) }
        routes.on(.get, base + "/{stream}") { try await listen($0, $1, events) }
        routes.on(.delete, base + "/{stream}") { request, context in
            let (_, resource) = try await connection(.viewer, request, context)
            guard events.remove(context.parameters.get("stream") ?? "", of: resource) else {
                throw DomainError.notFound
            }
            return Response(status: .ok)
        }
    }

    private func subscribe(
        _ request: Request,
        _ context: APIContext,
        _ events: ViewerEvents
    ) async throws -> Response {
        try limits.count(.change, context)
        let (media, resource) = try await connection(.viewer, request, context)
        let names: [String] = try await request.json()
        let wanted = names.compactMap(ViewerEvent.init(rawValue:))
        guard !wanted.isEmpty, wanted.count == names.count else {
            throw DomainError.malformed("The events are among active, inactive, viewercount and reconnect")
        }
        guard let room = await media.grant(of: resource)?.room else { throw DomainError.notFound }
        guard let name = events.add(Set(wanted), of: resource, in: room) else {
            throw DomainError.unavailable("Too many streams of events", retryAfter: 10)
        }
        // Its connection may have gone meanwhile, and with it whatever would end the stream.
        if await media.grant(of: resource) == nil { events.removeAll(of: resource) }
        let location = Self.location("\(request.uri.path)/\(name)", request)
        return Response(status: .created, headers: [.location: location, .cacheControl: "no-store"])
    }

    private func listen(
        _ request: Request,
        _ context: APIContext,
        _ events: ViewerEvents
    ) async throws -> Response {
        let (_, resource) = try await connection(.viewer, request, context)
        let name = context.parameters.get("stream") ?? ""
        guard let lines = events.read(name, of: resource) else {
            throw DomainError.notFound
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no",
            ],
            body: .init { writer in
                // A server that stops does not wait for its readers, nor they for it.
                for await line in lines.cancelOnGracefulShutdown() {
                    try await writer.write(ByteBuffer(string: line))
                }
                if let farewell = events.endByShutdown(name) {
                    try await writer.write(ByteBuffer(string: farewell))
                }
                try await writer.finish(nil)
            }
        )
    }
}
