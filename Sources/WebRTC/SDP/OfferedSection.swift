import RTP

/// A section of our own offer.
struct OfferedSection: Equatable, Sendable {
    let kind: MediaKind
    let mid: String
    let direction: MediaDirection
    let codecs: [RemoteCodec]
    let extensions: [HeaderExtension: UInt8]

    static func application(mid: String) -> OfferedSection {
        OfferedSection(kind: .application, mid: mid, direction: .sendrecv, codecs: [], extensions: [:])
    }

    /// A track; Opus is offered whether it is named or not.
    static func media(
        _ kind: MediaKind,
        mid: String,
        direction: MediaDirection,
        codecs: [Codec],
        extensions: [HeaderExtension]
    ) -> OfferedSection {
        let usual = codecs.map { RemoteCodec.usual($0) } + [.usual(.opus)]
        let offered = HeaderExtension.usualIDs.filter {
            extensions.contains($0.key) && $0.key.applies(to: kind)
        }
        return OfferedSection(
            kind: kind,
            mid: mid,
            direction: direction,
            codecs: CodecChoice.agreeing(
                on: CodecChoice.sending(kind, of: usual, preferring: codecs),
                with: offered
            ),
            extensions: offered
        )
    }

    func description(_ writer: LocalSection, isTagged: Bool) -> MediaDescription {
        guard kind != .application else { return writer.application(mid: mid, isTagged: isTagged) }
        return writer.media(
            kind: kind,
            mid: mid,
            direction: direction,
            codecs: codecs,
            extensions: extensions,
            isTagged: isTagged
        )
    }
}

extension RemoteCodec {
    /// A codec as we offer it, with the payload types that Chromium uses.
    static func usual(_ codec: Codec) -> RemoteCodec {
        switch codec {
        case .vp8: video(codec, 96, 97, [:])
        case .vp9: video(codec, 98, 99, ["profile-id": "0"])
        case .h264:
            video(
                codec,
                108,
                109,
                [
                    "level-asymmetry-allowed": "1", "packetization-mode": "1", "profile-level-id": "42e01f",
                ]
            )
        case .av1: video(codec, 45, 46, ["level-idx": "5", "profile": "0", "tier": "0"])
        case .opus: RemoteCodec(codec: codec, payloadType: 111, feedback: [.transportCC, .nack])
        case .red: RemoteCodec(codec: codec, payloadType: 63, parameters: ["111/111": ""])
        }
    }

    private static func video(
        _ codec: Codec,
        _ payloadType: UInt8,
        _ rtx: UInt8,
        _ parameters: [String: String]
    ) -> RemoteCodec {
        RemoteCodec(
            codec: codec,
            payloadType: payloadType,
            parameters: parameters,
            rtxPayloadType: rtx,
            feedback: Set(RTCPFeedback.allCases)
        )
    }
}

extension HeaderExtension {
    /// The ids in our offers, as Chromium has them.
    static let usualIDs: [HeaderExtension: UInt8] = [
        .audioLevel: 1, .absoluteSendTime: 2, .transportWideCC: 3, .mid: 4, .playoutDelay: 5,
        .absoluteCaptureTime: 9, .videoOrientation: 13,
    ]
}
