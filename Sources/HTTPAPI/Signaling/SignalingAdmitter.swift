import Foundation
import HTTPTypes
import Hummingbird
import PortholeCore

/// What a request for signaling asks for, and by which credentials.
struct SignalingAsk: Sendable {
    /// By path or query; malformed ones name no session.
    let sessionText: String?
    let token: String?
    let ticket: String?
    let wantsToView: Bool
    let wantsToHost: Bool
    let wantsToRecord: Bool
    /// The `Session-Id` header of polling clients.
    let pollingSession: String?
    let fromTime: String?
    let authentication: Authentication
    let address: String?

    init(_ request: Request, _ context: APIContext) {
        let query = request.uri.queryParameters
        sessionText = context.parameters.get("sessionId") ?? query["session"].map { String($0) }
        token = query["token"].map { String($0) }
        ticket = context.parameters.get("ticket")
        wantsToView = query["role"] == "viewer"
        wantsToHost = query["role"] == "host"
        wantsToRecord = query["record"] != "0"
        pollingSession = request.headers[.signalingSession]
        fromTime = query["fromtime"].map { String($0) }
        authentication = context.authentication
        address = ClientAddress.truncated(context.clientAddress)
    }

    /// Whether neither session, role nor token was asked for: then a cookie that happens to come along does not
    /// count, and the client is a stock one.
    var isStock: Bool {
        sessionText == nil && token == nil && ticket == nil && !wantsToView && !wantsToHost
            && (authentication.isByCookie
                || (authentication.caller.grants.isEmpty && authentication.failure == nil))
    }

    /// Whether the cookie is what lets it in.
    var usesCookie: Bool { !isStock && token == nil && ticket == nil && authentication.isByCookie }
}

/// Finds out who asks for signaling and what that gives.
struct SignalingAdmitter: Sendable {
    /// How often a socket without a session looks for one.
    private static let waitInterval: Duration = .seconds(1)

    let admission: SignalingAdmission
    let logins: PageLogins
    let tokens: any OwnTokens
    let settings: HTTPSettings

    enum Answer: Sendable {
        case admitted(SignalingGrant)
        /// Genuine, but its user has no session yet.
        case waiting
        case refused(SignalingRefusal)
    }

    /// Answers a request.
    ///
    /// - Parameter isLater: Whether time has passed since the credentials were read.
    /// - Throws: ``DomainError`` for what is not a matter of credentials, such as a key server that is down.
    func answer(_ ask: SignalingAsk, isLater: Bool = false) async throws -> Answer {
        if ask.isStock {
            return settings.allowsAnonymousSignaling ? .admitted(.anonymous) : .refused(.noToken)
        }
        let ticket = ask.ticket ?? (ask.token?.hasPrefix("pth_") == true ? ask.token : nil)
        do {
            if let ticket { return try await host(ticket, ask) }
            return try await place(for: try await caller(ask, isLater: isLater), ask)
        } catch let error as AuthenticationError {
            switch error {
            case .missing: return .refused(.noToken)
            case .expired: return .refused(.tokenExpired)
            case .invalid: return .refused(.invalidToken)
            }
        } catch DomainError.notFound {
            // Not theirs and not there look the same.
            return .refused(.invalidToken)
        } catch DomainError.forbidden {
            return .refused(.wrongRole)
        }
    }

    /// Waits until a genuine caller without a session has one.
    ///
    /// What was revoked meanwhile opens nothing.
    func wait(_ answer: Answer, _ ask: SignalingAsk) async -> SignalingGrant? {
        var answer = answer
        while !Task.isCancelled {
            switch answer {
            case .admitted(let grant): return grant
            case .refused: return nil
            case .waiting:
                do {
                    try await Task.sleep(for: Self.waitInterval)
                    answer = try await self.answer(ask, isLater: true)
                } catch {
                    return nil
                }
            }
        }
        return nil
    }

    private func host(_ ticket: String, _ ask: SignalingAsk) async throws -> Answer {
        guard let id = tokens.session(inHostTicket: ticket) else { return .refused(.invalidToken) }
        if let text = ask.sessionText, SessionID(text) != id { return .refused(.invalidToken) }
        return .admitted(SignalingGrant(try await admission.host(ofSession: id), address: ask.address))
    }

    private func caller(_ ask: SignalingAsk, isLater: Bool) async throws -> Caller {
        if let token = ask.token {
            return Caller(grants: [try await logins.grant(for: token)], address: ask.address)
        }
        guard !ask.authentication.caller.grants.isEmpty else {
            throw ask.authentication.failure ?? AuthenticationError.missing
        }
        if isLater, let credential = ask.authentication.credential {
            return Caller(grants: try await logins.grants(of: credential), address: ask.address)
        }
        return ask.authentication.caller
    }

    private func place(for caller: Caller, _ ask: SignalingAsk) async throws -> Answer {
        let session = try ask.sessionText.map { text in
            guard let id = SessionID(text) else { throw DomainError.notFound }
            return id
        }
        // Cookies and watch links never stream: their pages are viewers whatever they ask.
        let isPage = ask.authentication.isByCookie && ask.token == nil
        if isPage || caller.users.isEmpty, ask.wantsToHost { return .refused(.wrongRole) }
        let place = try await admission.place(
            for: caller,
            session: session,
            wantsToView: ask.wantsToView || isPage,
            wantsToHost: ask.wantsToHost
        )
        guard let place else { return .waiting }
        return .admitted(SignalingGrant(place, address: ask.address))
    }
}

extension SignalingGrant {
    init(_ place: SignalingAdmission.Place, address: String?) {
        self.init(
            sessionID: place.session.id.text,
            role: place.isHost ? .host : .viewer,
            principalID: place.principal.id,
            grantID: place.principal.link?.text,
            expiresAt: place.principal.expiresAt,
            displayName: place.principal.name,
            mayRecord: place.mayRecord,
            address: address
        )
        recording = place.recording
    }
}
