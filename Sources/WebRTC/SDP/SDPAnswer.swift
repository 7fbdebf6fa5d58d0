public import RTP

/// Our answer to an offer, and what the two ends have agreed on by it.
///
/// RFC 3264 §6, RFC 8829 §5.3, RFC 9725 §4.2.
public struct SDPAnswer: Equatable, Sendable {
    /// How strictly an offer is taken.
    public enum Dialect: Hashable, Sendable {
        /// WHIP and WHEP: one track of a kind at most, every section accepted, or the offer is refused as a whole.
        case standard
        /// Unity Render Streaming and its page: what is too much becomes inactive, and no track at all is fine, for
        /// the first offer may have nothing but a data channel.
        case unity
    }

    /// The text to send back.
    public let text: String
    /// The tracks, at most one of a kind.
    public let tracks: [NegotiatedTrack]
    /// Our part in the DTLS handshake.
    public let dtlsRole: DTLSRole

    /// Answers somebody who sends to us.
    ///
    /// - Parameters:
    ///   - offer: The offer.
    ///   - local: What we say of ourselves.
    ///   - codecs: What we would like to get, the best first. The answer names the first one that is offered, and VP8
    ///     behind it; Opus needs no mention.
    ///   - extensions: The header extensions to take if they are offered.
    ///   - dialect: How strictly the offer is taken.
    ///   - establishedRole: Our part in a handshake that an earlier exchange of this transport has fixed.
    /// - Throws: ``SDPError/tooManyTracks(_:)``, ``SDPError/noCommonCodec(_:)``,
    ///   ``SDPError/unsupportedSection(section:)``, ``SDPError/noMedia``, ``SDPError/unusableSetup``.
    public static func publisher(
        _ offer: RemotePeerDescription,
        local: LocalParameters,
        codecs: [Codec],
        extensions: [HeaderExtension] = HeaderExtension.allCases,
        dialect: Dialect = .standard,
        establishedRole: DTLSRole? = nil
    ) throws(SDPError) -> SDPAnswer {
        let role = try offer.setup.roleOfOther(established: establishedRole)
        var writer = AnswerWriter(
            local: local,
            role: role,
            direction: .recvonly,
            dialect: dialect,
            extensions: extensions
        )
        return try writer.answer(offer) { kind, offered in
            CodecChoice.receiving(kind, of: offered, preferring: codecs)
        }
    }

    /// Answers somebody who watches.
    ///
    /// - Parameters:
    ///   - offer: The offer.
    ///   - local: What we say of ourselves.
    ///   - codecs: What we may send, the best first. The answer names each of them that is offered, since WHEP never
    ///     negotiates again; Opus needs no mention.
    ///   - extensions: The header extensions to take if they are offered.
    ///   - dialect: How strictly the offer is taken.
    ///   - establishedRole: Our part in a handshake that an earlier exchange of this transport has fixed.
    /// - Throws: As ``publisher(_:local:codecs:extensions:dialect:establishedRole:)``.
    public static func viewer(
        _ offer: RemotePeerDescription,
        local: LocalParameters,
        codecs: [Codec],
        extensions: [HeaderExtension] = HeaderExtension.allCases,
        dialect: Dialect = .standard,
        establishedRole: DTLSRole? = nil
    ) throws(SDPError) -> SDPAnswer {
        let role = try offer.setup.roleOfOther(established: establishedRole)
        var writer = AnswerWriter(
            local: local,
            role: role,
            direction: .sendonly,
            dialect: dialect,
            extensions: extensions
        )
        return try writer.answer(offer) { kind, offered in
            CodecChoice.sending(kind, of: offered, preferring: codecs)
        }
    }
}

extension SDPSetup {
    /// The role that is left for the one who hears this in an offer; the server's if both are.
    func roleOfOther(established: DTLSRole?) throws(SDPError) -> DTLSRole {
        let role: DTLSRole
        switch self {
        case .actpass: return established ?? .server
        case .active: role = .server
        case .passive: role = .client
        case .holdconn: throw .unusableSetup
        }
        guard established == nil || established == role else { throw .unusableSetup }
        return role
    }
}
