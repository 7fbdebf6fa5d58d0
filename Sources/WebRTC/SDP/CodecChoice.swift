import RTP

/// Which of the offered codecs we take, in which order.
enum CodecChoice {
    /// For a publisher: the first of our preference that is offered, then VP8 as what it may fall back to.
    ///
    /// Of sound it is everything that we prefer, since redundancy needs Opus beside it. libwebrtc sends the first codec
    /// of the answer.
    static func receiving(
        _ kind: MediaKind,
        of offered: [RemoteCodec],
        preferring order: [Codec]
    ) -> [RemoteCodec] {
        let known = sending(kind, of: offered, preferring: order, allowingUnfragmented: true)
        guard kind == .video else { return known }
        let preferred = known.prefix(1)
        guard preferred.first?.codec != .vp8,
            let fallback = best(.vp8, of: offered, allowingUnfragmented: true)
        else { return Array(preferred) }
        return preferred + [fallback]
    }

    /// For a viewer: everything that both ends know, in the order of our preference, once each.
    static func sending(
        _ kind: MediaKind,
        of offered: [RemoteCodec],
        preferring order: [Codec],
        allowingUnfragmented: Bool = false
    ) -> [RemoteCodec] {
        var order = order.filter { $0.isAudio == (kind == .audio) }
        // There is no other sound than Opus, so nobody needs to name it.
        if kind == .audio, !order.contains(.opus) { order.append(.opus) }
        var chosen: [RemoteCodec] = []
        for codec in order where !chosen.contains(where: { $0.codec == codec }) {
            if let best = best(codec, of: offered, allowingUnfragmented: allowingUnfragmented) {
                chosen.append(best)
            }
        }
        // Redundant data is nothing without what it repeats (RFC 2198 §5).
        if !chosen.contains(where: { $0.codec == .opus }) { chosen.removeAll { $0.codec == .red } }
        return chosen
    }

    /// The one of several payload types of a codec that most decoders take.
    private static func best(
        _ codec: Codec,
        of offered: [RemoteCodec],
        allowingUnfragmented: Bool
    ) -> RemoteCodec? {
        let candidates = offered.filter {
            $0.codec == codec && isSupported($0, beside: offered)
                && (allowingUnfragmented || $0.isFragmentable)
        }
        // `min` keeps the first of equals, and so the other end's order.
        return candidates.min { rank($0) < rank($1) }
    }

    private static func rank(_ codec: RemoteCodec) -> (Int, Int) {
        (codec.isFragmentable ? 0 : 1, codec.h264Profile?.family.rawValue ?? 0)
    }

    /// Profile 0 of VP9 and AV1 is 8 bits, 4:2:0, which is what browsers decode everywhere.
    private static func isSupported(_ codec: RemoteCodec, beside offered: [RemoteCodec]) -> Bool {
        switch codec.codec {
        case .vp8, .opus: true
        case .vp9: (codec.parameters["profile-id"] ?? "0") == "0"
        case .av1: (codec.parameters["profile"] ?? "0") == "0"
        case .h264:
            codec.h264Profile != nil && ["0", "1"].contains(codec.parameters["packetization-mode"] ?? "0")
        case .red:
            offered.contains { opus in
                opus.codec == .opus
                    && codec.parameters.keys.contains("\(opus.payloadType)/\(opus.payloadType)")
            }
        }
    }

    /// The header extensions of a section that we want and the other end offers, for media that goes our `direction`.
    ///
    /// Ids are shared by all sections of a transport (RFC 9143 §9.2); what gives one another meaning is left out.
    static func extensions(
        _ wanted: [HeaderExtension],
        of section: RemoteMedia,
        direction: MediaDirection,
        bound: inout [UInt8: HeaderExtension]
    ) -> [HeaderExtension: UInt8] {
        guard let kind = section.kind else { return [:] }
        var chosen: [HeaderExtension: UInt8] = [:]
        for known in wanted where known.applies(to: kind) {
            guard let id = section.extensions[known], bound[id] == nil || bound[id] == known else { continue }
            let theirs = section.extensionDirections[known] ?? .sendrecv
            guard direction.sends ? theirs.receives : theirs.sends else { continue }
            bound[id] = known
            chosen[known] = id
        }
        return chosen
    }

    /// The codecs with that feedback only which makes sense for them, and for which the extensions are there.
    static func agreeing(
        on codecs: [RemoteCodec],
        with extensions: [HeaderExtension: UInt8]
    ) -> [RemoteCodec] {
        codecs.map { codec in
            var agreed = codec
            agreed.feedback = codec.feedback.filter { feedback in
                switch feedback {
                case .nack: codec.codec != .red
                case .transportCC: extensions[.transportWideCC] != nil
                case .pictureLossIndication, .fullIntraRequest, .receiverEstimatedMaximumBitrate:
                    codec.codec.isVideo
                }
            }
            return agreed
        }
    }
}
