import RTP
import Recorder
import WebRTC

/// A publisher without a network, in virtual time: what it sends reaches the recorder at once, whole and in order.
///
/// The same clip gives the same packets, to the last byte, however fast the machine is.
struct VirtualPublisher {
    /// Anything; far enough from the clock's own start that what lies before can be told.
    private static let start = MonotonicTime(nanoseconds: 3_600_000_000_000)
    /// What its sender reports take for the time of day at the start.
    private static let wall = NTPTime(sinceUnixEpoch: .seconds(1_700_000_000))
    private static let soundSource: UInt32 = 1
    private static let pictureSource: UInt32 = 2

    /// Everything before has happened.
    private(set) var now = Self.start
    /// Whether the clip has sound.
    let hasAudio: Bool
    private let codec: Codec
    private var publisher: ClipPublisher
    private var packet: [UInt8] = []

    init(_ clip: PacketizedClip) {
        codec = clip.codec
        hasAudio = !clip.sound.isEmpty
        var tracks = [Self.track(.video, clip.codec, payloadType: 96, source: Self.pictureSource)]
        if hasAudio { tracks.append(Self.track(.audio, .opus, payloadType: 111, source: Self.soundSource)) }
        publisher = ClipPublisher(clip: clip, tracks: tracks, cname: "simulation", seed: 1, at: now)
    }

    /// What has been sent.
    var figures: PublisherFigures { publisher.figures }

    /// Lets time pass, and hands over what is sent before `end`.
    mutating func run(until end: MonotonicTime, _ hand: (RecordingInput) -> Void) {
        while publisher.nextDeadline < end {
            now = max(now, publisher.nextDeadline)
            let wall = Self.wall + (now - Self.start)
            for compound in publisher.reports(at: now, wall: wall) { handReport(in: compound, hand) }
            publisher.advance(to: now)
            packet.removeAll(keepingCapacity: true)
            while let tag = publisher.nextPacket(at: now, into: &packet) {
                handPacket(index: Int64(tag.packetIndex), hand)
                packet.removeAll(keepingCapacity: true)
            }
        }
        now = max(now, end)
    }

    private func handPacket(index: Int64, _ hand: (RecordingInput) -> Void) {
        guard let header = try? RTPHeader(parsing: packet.span) else {
            preconditionFailure("what a publisher writes can be read")
        }
        let track = Self.track(of: header.ssrc)
        hand(
            .packet(
                track,
                TrackPacket(
                    index: index,
                    arrival: now,
                    timestamp: header.timestamp,
                    codec: track == .audio ? .opus : codec,
                    marker: header.marker,
                    payload: Array(packet[header.payload])
                )
            )
        )
    }

    private func handReport(in compound: [UInt8], _ hand: (RecordingInput) -> Void) {
        var reader = RTCPReader()
        while let report = try? reader.next(in: compound.span) {
            guard case .senderReport(let report) = report else { continue }
            hand(
                .senderReport(
                    Self.track(of: report.ssrc),
                    ntp: report.ntp,
                    timestamp: report.rtpTimestamp,
                    at: now
                )
            )
        }
    }

    private static func track(of source: UInt32) -> RecordingTrack {
        source == soundSource ? .audio : .video
    }

    /// A track as it would be agreed on, without what serves the network alone: extensions and retransmissions.
    private static func track(
        _ kind: MediaKind,
        _ codec: Codec,
        payloadType: UInt8,
        source: UInt32
    ) -> NegotiatedTrack {
        NegotiatedTrack(
            kind: kind,
            mid: "",
            direction: .sendonly,
            codecs: [RemoteCodec(codec: codec, payloadType: payloadType)],
            extensions: [:],
            localSources: StreamSources(primary: source)
        )
    }
}
