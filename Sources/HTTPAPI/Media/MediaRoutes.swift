import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
public import PortholeCore

/// `/whip/{room}` and `/whep/{room}`: media in by WHIP (RFC 9725), media out by WHEP (draft-ietf-wish-whep).
///
/// A room is a session's id; in development any other name too. The resource behind it is one connection.
public struct MediaRoutes: Sendable {
    /// The largest description, bytes.
    static let maximumBodySize = 64 * 1024
    static let descriptionType = "application/sdp"
    static let fragmentType = "application/trickle-ice-sdpfrag"

    /// `nil` where sessions are carried peer to peer.
    let media: (any MediaControl)?
    let hub: SignalingHub
    let admitter: MediaAdmitter
    let ice: any ICEServerSource
    let limits: MediaLimits
    let fragments = RemoteFragments()
    let events: ViewerEvents?

    /// Makes the routes.
    public init(
        media: (any MediaControl)?,
        events: ViewerEvents?,
        hub: SignalingHub,
        admission: SignalingAdmission,
        logins: PageLogins,
        tokens: any OwnTokens,
        ice: any ICEServerSource,
        settings: HTTPSettings
    ) {
        self.media = media
        self.events = events
        self.hub = hub
        admitter = MediaAdmitter(admission: admission, logins: logins, tokens: tokens, settings: settings)
        self.ice = ice
        limits = MediaLimits(settings: settings)
    }

    func add(to routes: Routes) {
        for (kind, role) in [("whip", MediaGrant.Role.publisher), ("whep", .viewer)] {
            let endpoint = "/\(kind)/{room}"
            routes.on(.post, endpoint) { try await create(kind, role, $0, $1) }
            routes.on(.get, endpoint) { try await probe(role, $0, $1) }
            let resource = endpoint + "/{resource}"
            routes.on(.get, resource) { request, context in
                _ = try await connection(role, request, context)
                return Response(status: .noContent)
            }
            routes.on(.patch, resource) { try await change(role, $0, $1) }
            routes.on(.delete, resource) { try await end(role, $0, $1) }
        }
        addEvents(to: routes)
    }

    /// The media plane.
    ///
    /// - Throws: ``DomainError/unavailable(_:retryAfter:)`` where there is none.
    func running() throws -> any MediaControl {
        guard let media else {
            throw DomainError.unavailable(
                "This server carries sessions peer to peer: there is no WHIP and no WHEP",
                retryAfter: 60
            )
        }
        return media
    }

    /// A further address for a client: if its token stands in the URL, that stays there.
    static func location(_ path: String, _ request: Request) -> String {
        guard let query = request.uri.query, MediaAdmitter.queryToken(request) != nil else { return path }
        return path + "?" + query
    }

    /// A client that looks whether this is an endpoint gets no content (RFC 9725 §4.2).
    ///
    /// A WHEP player recognises the address by the media type that `HEAD` gives.
    private func probe(
        _ role: MediaGrant.Role,
        _ request: Request,
        _ context: APIContext
    ) async throws -> Response {
        _ = try await admitter.admit(request, context, as: role)
        let isDiscovery = role == .viewer && request.method == .head
        return Response(
            status: isDiscovery ? .ok : .noContent,
            headers: isDiscovery
                ? [.contentType: Self.descriptionType, .acceptPost: Self.descriptionType]
                : [.acceptPost: Self.descriptionType]
        )
    }

    /// Opens a connection (RFC 9725 §4.2): everything that the client needs is in this one answer.
    private func create(
        _ kind: String,
        _ role: MediaGrant.Role,
        _ request: Request,
        _ context: APIContext
    ) async throws -> Response {
        try limits.count(.creation, context)
        let part = try await admitter.admit(request, context, as: role)
        let media = try running()
        let offer = try await request.text(of: Self.descriptionType)
        let description = try await media.open(part.grant, offer: offer)
        if let person = part.person {
            // Access may have ended while the connection was being opened.
            guard await hub.opened(description.resource, by: person) else {
                await media.close(description.resource)
                throw DomainError.notFound
            }
        }
        fragments.remember(offer, of: description.resource)
        let path = "/\(kind)/\(part.grant.room)/\(description.resource.text)"
        var headers: HTTPFields = [
            .contentType: Self.descriptionType, .location: Self.location(path, request),
            .eTag: "\"\(description.entityTag)\"",
            .cacheControl: "no-store", .acceptPatch: Self.fragmentType,
        ]
        for link in await ice.servers().flatMap(\.links) {
            headers.append(HTTPField(name: .link, value: link))
        }
        if role == .viewer, self.events != nil {
            let events = ViewerEvent.link(to: Self.location(path + "/events", request))
            headers.append(HTTPField(name: .link, value: events))
        }
        return Response(
            status: .created,
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: description.sdp))
        )
    }
}

extension ICEServer {
    /// The server as `Link` headers, one for each URI (RFC 9725 §4.6).
    var links: [String] {
        urls.map { url in
            var link = "<\(url)>; rel=\"ice-server\""
            if let username { link += "; username=\"\(username.quotable)\"" }
            if let credential {
                link += "; credential=\"\(credential.quotable)\"; credential-type=\"password\""
            }
            return link
        }
    }
}

extension String {
    /// The text for a quoted string (RFC 9110 §5.6.4).
    fileprivate var quotable: String {
        replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}

extension Request {
    /// The body as text of one media type, at most ``MediaRoutes/maximumBodySize`` bytes.
    ///
    /// - Throws: ``DomainError``: 413, 415 or 400.
    func text(of type: String) async throws -> String {
        let essence = headers[.contentType]?.split(separator: ";").first?
            .trimmingCharacters(in: .whitespaces).lowercased()
        guard essence == type else { throw DomainError.unsupportedMediaType("The body must be \(type)") }
        let buffer = try await body(upTo: MediaRoutes.maximumBodySize)
        guard buffer.readableBytes > 0, let text = String(validating: buffer.readableBytesView, as: UTF8.self)
        else { throw DomainError.malformed("The body must be UTF-8 text") }
        return text
    }
}
