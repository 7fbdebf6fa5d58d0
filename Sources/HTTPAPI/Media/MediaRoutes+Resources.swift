import Foundation
import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers
import NIOCore
import PortholeCore

/// What is done with an open connection, by the principal that opened it and nobody else.
extension MediaRoutes {
    /// The connection that the path names.
    ///
    /// - Throws: ``DomainError/notFound`` when it is gone, another room's, or somebody else's.
    func connection(
        _ role: MediaGrant.Role,
        _ request: Request,
        _ context: APIContext
    ) async throws -> (any MediaControl, MediaResourceID) {
        let part = try await admitter.admit(request, context, as: role)
        let media = try running()
        let resource = MediaResourceID(context.parameters.get("resource") ?? "")
        guard let grant = await media.grant(of: resource), grant.room == part.grant.room, grant.role == role,
            grant.principalID == part.grant.principalID
        else { throw DomainError.notFound }
        return (media, resource)
    }

    /// Trickles candidates, or restarts ICE (RFC 9725 §4.3).
    ///
    /// `If-Match: "*"` asks for a restart. Some players send it with each candidate; a fragment with the credentials
    /// that the connection has is none.
    func change(
        _ role: MediaGrant.Role,
        _ request: Request,
        _ context: APIContext
    ) async throws -> Response {
        try limits.count(.change, context)
        let (media, resource) = try await connection(role, request, context)
        guard let match = request.headers[.ifMatch]?.trimmingCharacters(in: .whitespaces) else {
            throw Problem(
                status: .preconditionRequired,
                detail: "Say which ICE session is meant: If-Match with its entity tag, or * to restart"
            )
        }
        let fragment = try await request.text(of: Self.fragmentType)
        let isAny = match == "*" || match == "\"*\""
        if isAny, fragments.isRestart(fragment, of: resource) {
            let description = try await media.restartICE(fragment: fragment, of: resource)
            fragments.remember(fragment, of: resource)
            return Response(
                status: .ok,
                headers: [
                    .contentType: Self.fragmentType, .eTag: "\"\(description.entityTag)\"",
                    .cacheControl: "no-store",
                ],
                body: .init(byteBuffer: ByteBuffer(string: description.sdp))
            )
        }
        try await media.trickle(fragment: fragment, to: resource, entityTag: isAny ? nil : match.unquoted)
        return Response(status: .noContent)
    }

    /// Ends a connection; any `If-Match` is ignored (RFC 9725 §4.2).
    func end(_ role: MediaGrant.Role, _ request: Request, _ context: APIContext) async throws -> Response {
        try limits.count(.change, context)
        let (media, resource) = try await connection(role, request, context)
        await media.close(resource)
        fragments.forget(resource)
        events?.removeAll(of: resource)
        return Response(status: .ok)
    }
}

/// Which user name fragment (RFC 8839 §5.4) the other side of each connection has, to tell a restart from a candidate.
final class RemoteFragments: Sendable {
    /// How many are remembered, more than there are viewers by default; beyond that all are forgotten, and a fragment
    /// with `*` counts as a restart.
    static let maximumCount = 8192

    private let known = NIOLockedValueBox<[MediaResourceID: String]>([:])

    func remember(_ text: String, of resource: MediaResourceID) {
        guard let fragment = Self.fragment(in: text) else { return }
        known.withLockedValue { known in
            if known.count >= Self.maximumCount { known = [:] }
            known[resource] = fragment
        }
    }

    func forget(_ resource: MediaResourceID) {
        known.withLockedValue { $0[resource] = nil }
    }

    /// Whether a text brings other credentials than the connection has.
    func isRestart(_ text: String, of resource: MediaResourceID) -> Bool {
        guard let fragment = Self.fragment(in: text) else { return false }
        return known.withLockedValue { $0[resource] } != fragment
    }

    private static func fragment(in text: String) -> String? {
        let name = "a=ice-ufrag:"
        return text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
            .map { String($0.dropFirst(name.count)) }
    }
}

extension String {
    /// An entity tag without its quotes.
    fileprivate var unquoted: String {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}
