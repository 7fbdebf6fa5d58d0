// The words of SDP that have a fixed set of values.

/// What a media section carries.
public enum MediaKind: String, Hashable, Sendable {
    /// Sound.
    case audio
    /// Pictures.
    case video
    /// Data channels.
    case application
}

/// Which way media flows, as the one who says it sees it.
///
/// RFC 8866 §6.7.
public enum MediaDirection: String, CaseIterable, Hashable, Sendable {
    /// Both ways.
    case sendrecv
    /// From the speaker.
    case sendonly
    /// To the speaker.
    case recvonly
    /// Not at all.
    case inactive

    /// Whether the speaker sends.
    public var sends: Bool { self == .sendrecv || self == .sendonly }
    /// Whether the speaker receives.
    public var receives: Bool { self == .sendrecv || self == .recvonly }
}

/// Which side of the DTLS handshake a description takes.
///
/// RFC 4145 §4, RFC 8842 §5.
public enum SDPSetup: String, Hashable, Sendable {
    /// Either, as the other end likes.
    case actpass
    /// The client's.
    case active
    /// The server's.
    case passive
    /// None for now.
    case holdconn

    /// How a role is said in an answer.
    init(_ role: DTLSRole) { self = role == .client ? .active : .passive }
}

/// What a receiver may tell the sender of a payload type.
///
/// RFC 4585 §4.2, RFC 5104 §7.1.
public enum RTCPFeedback: String, CaseIterable, Hashable, Sendable {
    /// Packets that are missing (RFC 4585 §6.2.1).
    case nack
    /// A picture was lost: a key frame is wanted (RFC 4585 §6.3.1).
    case pictureLossIndication = "nack pli"
    /// A key frame is wanted (RFC 5104 §4.3.1).
    case fullIntraRequest = "ccm fir"
    /// When each packet came (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    case transportCC = "transport-cc"
    /// The most that the receiver can take (draft-alvestrand-rmcat-remb-03).
    case receiverEstimatedMaximumBitrate = "goog-remb"
}

/// The RTP header extensions that Porthole reads or writes, by their URI.
///
/// RFC 8285 §8.
public enum HeaderExtension: String, CaseIterable, Hashable, Sendable {
    /// Which media section the packet belongs to (RFC 9143 §15).
    case mid = "urn:ietf:params:rtp-hdrext:sdes:mid"
    /// When the packet was sent, 24 bits of 6.18 fixed-point seconds.
    case absoluteSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
    /// A sequence number over all packets of the transport.
    case transportWideCC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    /// How loud the packet is (RFC 6464).
    case audioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    /// How the camera is held (3GPP TS 26.114 §7.4.5).
    case videoOrientation = "urn:3gpp:video-orientation"
    /// How long the receiver should wait before it shows a frame.
    case playoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
    /// When the frame was captured, by the sender's clock.
    case absoluteCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"

    /// Whether it means something in sections of a kind.
    public func applies(to kind: MediaKind) -> Bool {
        switch self {
        case .mid, .absoluteSendTime, .transportWideCC, .absoluteCaptureTime: kind != .application
        case .audioLevel: kind == .audio
        case .videoOrientation, .playoutDelay: kind == .video
        }
    }
}
