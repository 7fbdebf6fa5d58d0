import RTP

extension SDPOffer {
    /// What the two ends have agreed on by an answer to our offer.
    public struct Outcome: Equatable, Sendable {
        /// The tracks that the other end takes or gives, at most one of a kind.
        public let tracks: [NegotiatedTrack]
        /// Our part in the DTLS handshake.
        public let dtlsRole: DTLSRole
    }

    /// Compares an answer with this offer.
    ///
    /// - Throws: ``SDPError/notOurOffer`` if the sections do not mirror the offered ones, or name a codec under a payload
    ///   type that was not offered; ``SDPError/unusableSetup`` if the answer leaves the DTLS roles open, or changes
    ///   what was fixed.
    public func accept(_ answer: RemotePeerDescription) throws(SDPError) -> Outcome {
        guard let local, answer.media.count == sections.count else { throw .notOurOffer }
        let role: DTLSRole
        switch answer.setup {
        case .active: role = .server
        case .passive: role = .client
        case .actpass, .holdconn: throw .unusableSetup
        }
        guard establishedRole == nil || establishedRole == role else { throw .unusableSetup }
        var tracks: [NegotiatedTrack] = []
        for (offered, answered) in zip(sections, answer.media) {
            guard answered.kind == offered.kind, answered.mid == offered.mid || answered.isRejected else {
                throw .notOurOffer
            }
            if answered.isRejected || offered.kind == .application { continue }
            if let track = try Self.track(offered, answered, local) { tracks.append(track) }
        }
        return Outcome(tracks: tracks, dtlsRole: role)
    }

    /// What became of an offered section; `nil` if nothing flows.
    private static func track(
        _ offered: OfferedSection,
        _ answered: RemoteMedia,
        _ local: LocalParameters
    ) throws(SDPError) -> NegotiatedTrack? {
        let sends = offered.direction.sends && answered.direction.receives
        let receives = offered.direction.receives && answered.direction.sends
        guard sends || receives else { return nil }
        // An answerer keeps the payload types of the offer (RFC 3264 §6.1 leaves it free, no implementation is).
        let codecs = answered.codecs.compactMap { codec -> RemoteCodec? in
            let match = offered.codecs.first {
                $0.codec == codec.codec && $0.payloadType == codec.payloadType
            }
            guard let match else { return nil }
            var codec = codec
            if codec.rtxPayloadType != match.rtxPayloadType { codec.rtxPayloadType = nil }
            return codec
        }
        guard !codecs.isEmpty else { throw .notOurOffer }
        var sources = local.sources(offered.kind)
        if !codecs.contains(where: { $0.rtxPayloadType != nil }) { sources.rtx = nil }
        return NegotiatedTrack(
            kind: offered.kind,
            mid: offered.mid,
            direction: sends ? .sendonly : .recvonly,
            codecs: codecs,
            extensions: answered.extensions.filter { offered.extensions[$0.key] == $0.value },
            remoteSources: receives ? answered.sources : nil,
            localSources: sends ? sources : nil,
            streamID: sends ? local.streamID : nil
        )
    }
}
