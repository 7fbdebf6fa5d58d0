public import RTP

/// What was agreed with a publisher about one track.
public struct PublisherTrack: Sendable {
    /// Sound or picture.
    public var kind: SourceTrack.Kind
    /// Its source, where the description named it.
    public var ssrc: UInt32?
    /// Codecs by payload type.
    public var payloadTypes: [UInt8: Codec]
    /// Codecs by the payload type of their resends.
    public var rtxPayloadTypes: [UInt8: Codec]
    /// Whether it sends again what we ask for.
    public var answersNACK: Bool
    /// Identifier of the transport-wide sequence number; 0 where it is not agreed on.
    public var transportSequenceID: UInt8
    /// Identifier of the video orientation; 0 where it is not agreed on.
    public var orientationID: UInt8

    /// A track with nothing agreed on.
    public init(kind: SourceTrack.Kind) {
        self.kind = kind
        payloadTypes = [:]
        rtxPayloadTypes = [:]
        answersNACK = false
        transportSequenceID = 0
        orientationID = 0
    }
}

/// Finds track and codec of a publisher's packets.
struct PublisherBinding {
    enum Meaning {
        case none
        case media(SourceTrack.Kind, Codec)
        case resend(SourceTrack.Kind, Codec)
    }

    let tracks: [PublisherTrack]
    private var meanings = [Meaning](repeating: .none, count: 128)
    var audioSSRC: UInt32?
    var videoSSRC: UInt32?
    let audio: PublisherTrack?
    let video: PublisherTrack?

    init(_ tracks: [PublisherTrack]) {
        self.tracks = tracks
        audio = tracks.first { $0.kind == .audio }
        video = tracks.first { $0.kind == .video }
        for track in tracks {
            for (type, codec) in track.payloadTypes { meanings[Int(type & 0x7F)] = .media(track.kind, codec) }
            for (type, codec) in track.rtxPayloadTypes {
                meanings[Int(type & 0x7F)] = .resend(track.kind, codec)
            }
        }
    }

    func meaning(of payloadType: UInt8) -> Meaning { meanings[Int(payloadType & 0x7F)] }

    func track(_ kind: SourceTrack.Kind) -> PublisherTrack? { kind == .audio ? audio : video }

    /// The source of a track, known from the description or from its packets.
    func ssrc(_ kind: SourceTrack.Kind) -> UInt32? {
        let learned = kind == .audio ? audioSSRC : videoSSRC
        return learned ?? track(kind)?.ssrc
    }

    mutating func learn(_ ssrc: UInt32, _ kind: SourceTrack.Kind) {
        switch kind {
        case .audio: audioSSRC = ssrc
        case .video: videoSSRC = ssrc
        }
    }
}
