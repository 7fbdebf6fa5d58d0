import RTP

/// Our own media sections, as text wants them.
struct LocalSection {
    /// What all sections say of the transport.
    struct Transport {
        var local: LocalParameters
        var setup: SDPSetup
    }

    let transport: Transport

    /// A section that carries a track, or is kept `inactive` with its codecs.
    func media(
        kind: MediaKind,
        proto: String = "UDP/TLS/RTP/SAVPF",
        mid: String,
        direction: MediaDirection,
        codecs: [RemoteCodec],
        extensions: [HeaderExtension: UInt8],
        oneWay: Set<HeaderExtension> = [],
        isTagged: Bool
    ) -> MediaDescription {
        var attributes = transportAttributes(mid: mid, isTagged: isTagged)
        for (known, id) in extensions.sorted(by: { $0.value < $1.value }) {
            let suffix = oneWay.contains(known) ? "/\(direction.rawValue)" : ""
            attributes.append(SDPAttribute("extmap", "\(id)\(suffix) \(known.rawValue)"))
        }
        attributes.append(SDPAttribute(direction.rawValue))
        attributes += ["rtcp-mux", "rtcp-mux-only", "rtcp-rsize"].map { SDPAttribute($0) }
        for codec in codecs {
            attributes += codec.attributes(receiving: direction.receives)
        }
        if direction.sends {
            attributes += sourceAttributes(kind, hasRTX: codecs.contains { $0.rtxPayloadType != nil })
        }
        return MediaDescription(
            media: kind.rawValue,
            port: 9,
            proto: proto,
            formats: codecs.flatMap { [$0.payloadType] + ($0.rtxPayloadType.map { [$0] } ?? []) }
                .map(String.init),
            attributes: attributes
        )
    }

    /// A section for data channels, accepted so that nothing is negotiated again; nobody answers SCTP.
    func application(proto: String = "UDP/DTLS/SCTP", mid: String, isTagged: Bool) -> MediaDescription {
        MediaDescription(
            media: MediaKind.application.rawValue,
            port: 9,
            proto: proto,
            formats: ["webrtc-datachannel"],
            attributes: transportAttributes(mid: mid, isTagged: isTagged) + [
                SDPAttribute("sctp-port", "5000"), SDPAttribute("max-message-size", "262144"),
            ]
        )
    }

    /// The refusal of a section (RFC 3264 §6).
    static func rejection(of section: RemoteMedia) -> MediaDescription {
        var attributes: [SDPAttribute] = []
        if !section.mid.isEmpty { attributes.append(SDPAttribute("mid", section.mid)) }
        attributes.append(SDPAttribute(MediaDirection.inactive.rawValue))
        return MediaDescription(
            media: section.word,
            port: 0,
            proto: section.proto,
            formats: [section.firstFormat],
            attributes: attributes
        )
    }

    /// Candidates stand in the section that names the transport only; the others share them.
    ///
    /// UDP over IPv4 comes first, for FFmpeg takes the first candidate and nothing but UDP.
    private func transportAttributes(mid: String, isTagged: Bool) -> [SDPAttribute] {
        let local = transport.local
        var attributes: [SDPAttribute] = []
        if isTagged, !local.candidates.isEmpty {
            let inOrder = local.candidates.enumerated()
                .sorted { left, right in
                    (left.element.textOrder, left.offset) < (right.element.textOrder, right.offset)
                }
            attributes += inOrder.map { SDPAttribute("candidate", $0.element.value) }
        }
        if isTagged { attributes.append(SDPAttribute("end-of-candidates")) }
        attributes += [
            SDPAttribute("ice-ufrag", local.ice.ufrag),
            SDPAttribute("ice-pwd", local.ice.password),
            SDPAttribute("fingerprint", local.fingerprint.description),
            SDPAttribute("setup", transport.setup.rawValue),
        ]
        if !mid.isEmpty { attributes.append(SDPAttribute("mid", mid)) }
        return attributes
    }

    private func sourceAttributes(_ kind: MediaKind, hasRTX: Bool) -> [SDPAttribute] {
        let local = transport.local
        let sources = local.sources(kind)
        let track = "\(local.streamID) \(local.streamID)-\(kind.rawValue)"
        var attributes = [SDPAttribute("msid", track)]
        var all = [sources.primary]
        if hasRTX, let rtx = sources.rtx {
            all.append(rtx)
            attributes.append(SDPAttribute("ssrc-group", "FID \(sources.primary) \(rtx)"))
        }
        for source in all {
            attributes.append(SDPAttribute("ssrc", "\(source) cname:\(local.cname)"))
            attributes.append(SDPAttribute("ssrc", "\(source) msid:\(track)"))
        }
        return attributes
    }
}

extension LocalSection.Transport {
    /// A whole description around sections.
    func description(bundle: [String], media: [MediaDescription]) -> SessionDescription {
        var attributes: [SDPAttribute] = []
        if !bundle.isEmpty {
            attributes.append(SDPAttribute("group", "BUNDLE \(bundle.joined(separator: " "))"))
        }
        if local.isICELite { attributes.append(SDPAttribute("ice-lite")) }
        attributes.append(SDPAttribute("ice-options", "trickle ice2"))
        if media.contains(where: { $0.attributes.has("msid") }) {
            attributes.append(SDPAttribute("msid-semantic", " WMS \(local.streamID)"))
        }
        return SessionDescription(
            origin: SessionDescription.Origin(sessionID: local.sessionID, version: local.sessionVersion),
            attributes: attributes,
            media: media
        )
    }
}

extension ICECandidate {
    fileprivate var textOrder: Int { transport == .tcp ? 2 : address.isIPv6 ? 1 : 0 }
}

extension RemoteCodec {
    /// What we say of a codec that we take.
    fileprivate func attributes(receiving: Bool) -> [SDPAttribute] {
        let channels = codec.isAudio ? "/2" : ""
        var attributes = [
            SDPAttribute("rtpmap", "\(payloadType) \(codec.rawValue)/\(codec.clockRate)\(channels)")
        ]
        for kind in RTCPFeedback.allCases where feedback.contains(kind) {
            attributes.append(SDPAttribute("rtcp-fb", "\(payloadType) \(kind.rawValue)"))
        }
        if let parameters = answeredParameters(receiving: receiving) {
            attributes.append(SDPAttribute("fmtp", "\(payloadType) \(parameters)"))
        }
        if let rtxPayloadType {
            attributes.append(SDPAttribute("rtpmap", "\(rtxPayloadType) rtx/\(codec.clockRate)"))
            attributes.append(SDPAttribute("fmtp", "\(rtxPayloadType) apt=\(payloadType)"))
        }
        return attributes
    }

    /// The parameters that we say back: only what we understand, never theirs as they are.
    private func answeredParameters(receiving: Bool) -> String? {
        switch codec {
        case .vp8: return nil
        case .vp9: return "profile-id=0"
        case .av1:
            let said = ["level-idx", "profile", "tier"]
                .compactMap { name in
                    parameters[name].flatMap { UInt8(digits: $0) }.map { "\(name)=\($0)" }
                }
            return said.isEmpty ? nil : said.joined(separator: ";")
        case .h264:
            guard var profile = h264Profile else { return nil }
            let isAsymmetric = parameters["level-asymmetry-allowed"] == "1"
            if receiving, isAsymmetric { profile.level = max(profile.level, H264Profile.highestLevel) }
            let mode = parameters["packetization-mode"] == "1" ? 1 : 0
            return "level-asymmetry-allowed=\(isAsymmetric ? 1 : 0);packetization-mode=\(mode);"
                + "profile-level-id=\(profile.text)"
        case .opus:
            let isStereo = parameters["stereo"] == "1" || parameters["sprop-stereo"] == "1"
            return "minptime=10;useinbandfec=1" + (isStereo ? ";stereo=1;sprop-stereo=1" : "")
        case .red:
            return parameters.keys.first { $0.utf8.contains(UInt8(ascii: "/")) }
        }
    }
}
