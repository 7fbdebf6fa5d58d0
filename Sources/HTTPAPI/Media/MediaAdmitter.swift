import HTTPTypes
import Hummingbird
import PortholeCore

/// A part in a room's media, and as whom the hub knows its holder.
struct MediaPart: Sendable {
    /// What the media plane is told.
    let grant: MediaGrant
    /// What rows and lists of viewers are told; `nil` for a room that is no session.
    let person: SignalingGrant?
}

/// Finds out who asks for media and what that gives: the same rules as for signaling.
///
/// A host ticket or an owner's token publishes. A user token, a watch token or a page's cookie watches. In development
/// any name that is no session's id is a room of its own, open to whoever comes, as the default room of signaling is.
struct MediaAdmitter: Sendable {
    let admission: SignalingAdmission
    let logins: PageLogins
    let tokens: any OwnTokens
    let settings: HTTPSettings

    /// The part of whoever makes a request to `/whip/{room}…` or `/whep/{room}…`.
    ///
    /// - Throws: ``DomainError`` and ``AuthenticationError``: 401, 403 or 404.
    func admit(_ request: Request, _ context: APIContext, as role: MediaGrant.Role) async throws -> MediaPart
    {
        let room = context.parameters.get("room") ?? ""
        if let part = named(room, role) { return part }
        let token = Self.token(in: request, context)
        if let token, token.hasPrefix("pth_") { return try await host(by: token, of: room, role, context) }
        let caller = try await caller(by: request, context)
        guard let session = SessionID(room) else { throw DomainError.notFound }
        // Cookies never stream: their pages are viewers whatever they ask.
        let mayPublish = !(context.authentication.isByCookie && Self.queryToken(request) == nil)
        let place = try await admission.place(
            for: caller,
            session: session,
            wantsToView: role == .viewer || !mayPublish,
            wantsToHost: role == .publisher && mayPublish
        )
        guard let place else { throw DomainError.notFound }
        guard place.isHost == (role == .publisher) else {
            throw DomainError.forbidden("A page's cookie does not publish: use the host ticket")
        }
        return MediaPart(place, address: ClientAddress.truncated(context.clientAddress))
    }

    /// A room without a session, where there are such rooms.
    private func named(_ room: String, _ role: MediaGrant.Role) -> MediaPart? {
        guard settings.isDevelopment, settings.allowsAnonymousSignaling, SessionID(room) == nil,
            Self.isName(room)
        else { return nil }
        let grant = MediaGrant(room: MediaRoomID(room), role: role, principalID: "")
        return MediaPart(grant: grant, person: nil)
    }

    private func host(
        by ticket: String,
        of room: String,
        _ role: MediaGrant.Role,
        _ context: APIContext
    ) async throws -> MediaPart {
        guard let session = tokens.session(inHostTicket: ticket) else {
            throw AuthenticationError.invalid(reason: nil)
        }
        guard SessionID(room) == session else { throw DomainError.notFound }
        guard role == .publisher else { throw DomainError.forbidden("A host ticket does not watch") }
        let place = try await admission.host(ofSession: session)
        return MediaPart(place, address: ClientAddress.truncated(context.clientAddress))
    }

    private func caller(by request: Request, _ context: APIContext) async throws -> Caller {
        guard let token = Self.queryToken(request) else { return try context.caller() }
        let address = ClientAddress.truncated(context.clientAddress)
        return Caller(grants: [try await logins.grant(for: token)], address: address)
    }

    /// The token in the URL, for clients that can send no header, else the one in `Authorization`.
    private static func token(in request: Request, _ context: APIContext) -> String? {
        if let token = queryToken(request) { return token }
        if case .token(let token) = context.authentication.credential { return token }
        return nil
    }

    static func queryToken(_ request: Request) -> String? {
        request.uri.queryParameters["token"].map { String($0) }
    }

    /// Letters, digits and `-._~`, the characters that paths carry as they are (RFC 3986 §2.3); at most 64.
    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~".utf8.contains(byte)
                }
            }
    }
}

extension MediaPart {
    init(_ place: SignalingAdmission.Place, address: String?) {
        let person = SignalingGrant(place, address: address)
        self.init(grant: MediaGrant(person, in: place.session.id), person: person)
    }
}

extension MediaGrant {
    /// The same part in a session's media as in its signaling.
    init(_ person: SignalingGrant, in session: SessionID) {
        self.init(
            room: MediaRoomID(session.text),
            role: person.role == .host ? .publisher : .viewer,
            principalID: person.principalID,
            grantID: person.grantID,
            expiresAt: person.expiresAt
        )
        recording = person.role == .host ? person.recording : nil
    }
}
