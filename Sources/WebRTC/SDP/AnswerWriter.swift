import RTP

/// Goes through the sections of an offer and answers each.
struct AnswerWriter {
    typealias Choice = (MediaKind, [RemoteCodec]) -> [RemoteCodec]

    let section: LocalSection
    let role: DTLSRole
    /// Ours, of the tracks that we take.
    let direction: MediaDirection
    let dialect: SDPAnswer.Dialect
    let extensions: [HeaderExtension]

    private var tracks: [NegotiatedTrack] = []
    private var hasApplication = false
    private var boundExtensions: [UInt8: HeaderExtension] = [:]

    init(
        local: LocalParameters,
        role: DTLSRole,
        direction: MediaDirection,
        dialect: SDPAnswer.Dialect,
        extensions: [HeaderExtension]
    ) {
        section = LocalSection(transport: LocalSection.Transport(local: local, setup: SDPSetup(role)))
        self.role = role
        self.direction = direction
        self.dialect = dialect
        self.extensions = extensions
    }

    mutating func answer(_ offer: RemotePeerDescription, choice: Choice) throws(SDPError) -> SDPAnswer {
        var verdicts: [Verdict] = []
        for (index, media) in offer.media.enumerated() {
            verdicts.append(try verdict(on: media, at: index, choice: choice))
        }
        let accepted = zip(offer.media, verdicts).filter { $0.1 != .rejected }.map(\.0.mid)
        guard !accepted.isEmpty, dialect == .unity || !tracks.isEmpty else { throw .noMedia }
        let bundle = offer.bundleMIDs.filter { accepted.contains($0) }
        let tag = bundle.first ?? accepted[0]
        let sections = zip(offer.media, verdicts)
            .map { media, verdict in
                write(media, verdict, isTagged: media.mid == tag)
            }
        return SDPAnswer(
            text: section.transport.description(bundle: bundle, media: sections).text,
            tracks: tracks,
            dtlsRole: role
        )
    }

    /// What becomes of a section.
    private enum Verdict: Equatable {
        case rejected
        case application
        case inactive([RemoteCodec])
        case track(NegotiatedTrack)
    }

    private mutating func verdict(
        on media: RemoteMedia,
        at index: Int,
        choice: Choice
    ) throws(SDPError) -> Verdict {
        if media.isRejected { return .rejected }
        guard media.isUnderstood, let kind = media.kind else {
            guard dialect == .unity else { throw .unsupportedSection(section: index) }
            return .rejected
        }
        if kind == .application {
            guard !hasApplication else { return .rejected }
            hasApplication = true
            return .application
        }
        let codecs = choice(kind, media.codecs)
        guard direction.receives ? media.direction.sends : media.direction.receives else {
            return codecs.isEmpty ? .rejected : .inactive(codecs)
        }
        guard !tracks.contains(where: { $0.kind == kind }) else {
            guard dialect == .unity else { throw .tooManyTracks(kind) }
            return codecs.isEmpty ? .rejected : .inactive(codecs)
        }
        guard !codecs.isEmpty else {
            guard dialect == .unity else { throw .noCommonCodec(kind) }
            return .rejected
        }
        let track = track(kind, of: media, codecs: codecs)
        tracks.append(track)
        return .track(track)
    }

    private mutating func track(
        _ kind: MediaKind,
        of media: RemoteMedia,
        codecs: [RemoteCodec]
    ) -> NegotiatedTrack {
        let local = section.transport.local
        var sources = local.sources(kind)
        if !codecs.contains(where: { $0.rtxPayloadType != nil }) { sources.rtx = nil }
        let agreed = CodecChoice.extensions(
            extensions,
            of: media,
            direction: direction,
            bound: &boundExtensions
        )
        return NegotiatedTrack(
            kind: kind,
            mid: media.mid,
            direction: direction,
            codecs: CodecChoice.agreeing(on: codecs, with: agreed),
            extensions: agreed,
            remoteSources: direction.receives ? media.sources : nil,
            localSources: direction.sends ? sources : nil,
            streamID: direction.sends ? local.streamID : nil
        )
    }

    private func write(_ media: RemoteMedia, _ verdict: Verdict, isTagged: Bool) -> MediaDescription {
        switch verdict {
        case .rejected:
            return LocalSection.rejection(of: media)
        case .application:
            return section.application(proto: media.proto, mid: media.mid, isTagged: isTagged)
        case .inactive(let codecs):
            return section.media(
                kind: codecs[0].codec.isAudio ? .audio : .video,
                proto: media.proto,
                mid: media.mid,
                direction: .inactive,
                codecs: CodecChoice.agreeing(on: codecs, with: [:]),
                extensions: [:],
                isTagged: isTagged
            )
        case .track(let track):
            return section.media(
                kind: track.kind,
                proto: media.proto,
                mid: track.mid,
                direction: track.direction,
                codecs: track.codecs,
                extensions: track.extensions,
                oneWay: Set(media.extensionDirections.keys),
                isTagged: isTagged
            )
        }
    }
}
