public import RTP

/// An offer of ours, and what is needed to understand the answer to it.
///
/// RFC 3264 §5, RFC 8829 §5.2.
public struct SDPOffer: Equatable, Sendable {
    /// The text to send.
    public let text: String
    let sections: [OfferedSection]
    let local: LocalParameters?
    let establishedRole: DTLSRole?

    init(
        sections: [OfferedSection],
        local: LocalParameters,
        establishedRole: DTLSRole? = nil
    ) {
        let writer = LocalSection(transport: LocalSection.Transport(local: local, setup: .actpass))
        let media = sections.enumerated().map { $1.description(writer, isTagged: $0 == 0) }
        text = writer.transport.description(bundle: sections.map(\.mid), media: media).text
        self.sections = sections
        self.local = local
        self.establishedRole = establishedRole
    }

    private init(empty sessionID: UInt64) {
        text = SessionDescription(origin: SessionDescription.Origin(sessionID: sessionID, version: 1)).text
        sections = []
        local = nil
        establishedRole = nil
    }

    /// The first offer to a Unity publisher: no sections at all.
    ///
    /// Unity answers with as little, and then offers its tracks by itself. The answer holds nothing: do not
    /// ``accept(_:)`` it.
    public static func emptyIngest(sessionID: UInt64) -> SDPOffer { SDPOffer(empty: sessionID) }

    /// The second offer to a Unity publisher that did not react to the empty one: a data channel, as the stock page
    /// offers it.
    public static func application(local: LocalParameters) -> SDPOffer {
        SDPOffer(sections: [.application(mid: "0")], local: local)
    }

    /// The offer of our tracks to the stock receiver page, after its own offer of a data channel was answered.
    ///
    /// - Parameters:
    ///   - local: As in the answer, with a higher version.
    ///   - codecs: What we may send, the best first; Opus needs no mention.
    ///   - extensions: The header extensions to offer.
    ///   - application: The tag that the page gave its data channel's section, which has to stay the first.
    ///   - establishedRole: Our part in the handshake, as the answer to the page has fixed it.
    public static func media(
        local: LocalParameters,
        codecs: [Codec],
        extensions: [HeaderExtension] = HeaderExtension.allCases,
        application: String?,
        establishedRole: DTLSRole? = nil
    ) -> SDPOffer {
        var tags = (0...2).map(String.init).filter { $0 != application }[...]
        var sections = application.map { [OfferedSection.application(mid: $0)] } ?? []
        for kind in [MediaKind.video, .audio] {
            sections.append(
                .media(
                    kind,
                    mid: tags.removeFirst(),
                    direction: .sendonly,
                    codecs: codecs,
                    extensions: extensions
                )
            )
        }
        return SDPOffer(sections: sections, local: local, establishedRole: establishedRole)
    }

    /// An offer to send, as a WHIP client makes it (RFC 9725 §4.2).
    public static func whip(
        local: LocalParameters,
        codecs: [Codec],
        extensions: [HeaderExtension] = HeaderExtension.allCases
    ) -> SDPOffer {
        ofClient(.sendonly, local, codecs, extensions)
    }

    /// An offer to watch, as a WHEP client makes it.
    public static func whep(
        local: LocalParameters,
        codecs: [Codec],
        extensions: [HeaderExtension] = HeaderExtension.allCases
    ) -> SDPOffer {
        ofClient(.recvonly, local, codecs, extensions)
    }

    private static func ofClient(
        _ direction: MediaDirection,
        _ local: LocalParameters,
        _ codecs: [Codec],
        _ extensions: [HeaderExtension]
    ) -> SDPOffer {
        let sections = [MediaKind.audio, .video].enumerated()
            .map { index, kind in
                OfferedSection.media(
                    kind,
                    mid: String(index),
                    direction: direction,
                    codecs: codecs,
                    extensions: extensions
                )
            }
        return SDPOffer(sections: sections, local: local)
    }
}
