import Foundation
public import Hummingbird
import NIOCore
import PortholeCore

/// What travels with one request.
public struct APIContext: RequestContext {
    /// What Hummingbird itself needs.
    public var coreContext: CoreRequestContextStorage
    /// `X-Request-Id`.
    var requestID = ""
    /// The address of whoever is at the other end of the connection.
    let peerAddress: String
    /// The client's address: the peer's, or what a trusted proxy says.
    var clientAddress: String
    /// What the credentials gave; `anonymous` until they were read.
    var authentication = Authentication.anonymous

    /// Begins with what the connection tells.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
        clientAddress = peerAddress
    }
}

/// What a request's credentials gave.
struct Authentication: Sendable {
    /// The grants, for use cases.
    var caller: Caller
    /// Why the credentials were refused, if there were any.
    var failure: AuthenticationError?
    /// What was read, to read again later what it gives by then.
    var credential: Credential?

    /// Whether the cookie was the credential.
    var isByCookie: Bool { if case .cookie = credential { true } else { false } }

    static let anonymous = Authentication(caller: .anonymous, failure: nil, credential: nil)

    /// Whom a rate limit counts.
    var rateKey: String? {
        guard let first = caller.grants.first else { return nil }
        switch first {
        case .user(let user): return "user:" + user.id.text
        case .link(let link): return "link:" + link.id.text
        }
    }
}

extension APIContext {
    /// The caller, who has at least one grant.
    ///
    /// - Throws: ``DomainError/unauthenticated(_:)``.
    func caller() throws -> Caller {
        guard !authentication.caller.grants.isEmpty else {
            throw DomainError.unauthenticated(authentication.failure ?? .missing)
        }
        return authentication.caller
    }

    /// A path parameter as an id; anything else is unknown.
    func id<Entity>(_ name: String, of _: Entity.Type = Entity.self) throws -> Identifier<Entity> {
        guard let text = parameters.get(name), let id = Identifier<Entity>(text) else {
            throw DomainError.notFound
        }
        return id
    }

    /// A path parameter as a user id.
    func userID(_ name: String) throws -> UserID {
        guard let text = parameters.get(name)?.removingPercentEncoding, let id = UserID(text) else {
            throw DomainError.notFound
        }
        return id
    }
}
