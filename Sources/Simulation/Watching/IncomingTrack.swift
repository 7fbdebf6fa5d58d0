import RTP
import WebRTC

/// One track that is watched: its packets, its requests for what is missing, its frames.
struct IncomingTrack: Sendable {
    /// The time between two requests for the same packet, before the round trip is known better.
    private static let repeatInterval = Duration.milliseconds(60)
    /// The time between two requests for a key frame.
    private static let keyFrameInterval = Duration.seconds(1)

    let kind: MediaKind
    private let codecs: [RemoteCodec]
    private var ssrc: UInt32?
    private let rtxSSRC: UInt32?
    private let transportID: UInt8?

    private(set) var window = ArrivalWindow()
    private(set) var reception: Reception
    private(set) var freezes = FreezeDetector()
    private(set) var frames: UInt64 = 0
    private(set) var keyFrames: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    private(set) var keyFrameRequests: UInt64 = 0
    private(set) var firstFrame: MonotonicTime?
    /// Of pictures only.
    private var reader: FrameReader?
    private var lastKeyFrameRequest: MonotonicTime?

    init(_ track: NegotiatedTrack) {
        kind = track.kind
        codecs = track.codecs
        ssrc = track.remoteSources?.primary
        rtxSSRC = track.remoteSources?.rtx
        transportID =
            track.codecs.contains { $0.feedback.contains(.transportCC) }
            ? track.extensions[.transportWideCC] : nil
        reader = track.kind == .video ? FrameReader() : nil
        reception = Reception(clockRate: track.kind == .audio ? 48_000 : 90_000)
    }

    /// The source, once it is known.
    var source: UInt32? { ssrc }
    /// Frames that came and could not be shown.
    var undecodable: UInt64 { reader?.undecodable ?? 0 }
    /// Interarrival jitter in seconds.
    var jitter: Double { reception.jitter / (kind == .audio ? 48_000 : 90_000) }
    /// The name of the codec.
    var codec: Codec? { codecs.first?.codec }
    /// Which extension numbers packets over the whole transport, if the other end wants to hear of them.
    var transportSequenceID: UInt8? { transportID }

    /// Whether a packet belongs here, by its source or else its payload type.
    func owns(_ header: RTPHeader) -> Bool {
        if header.ssrc == ssrc || header.ssrc == rtxSSRC { return true }
        return ssrc == nil && codecs.contains { $0.payloadType == header.payloadType }
    }

    /// Takes in a packet.
    mutating func receive(_ header: RTPHeader, in datagram: Span<UInt8>, at now: MonotonicTime) {
        var header = header
        let rtx = codecs.first { $0.rtxPayloadType == header.payloadType }
        if let rtx {
            guard let original = RTX.originalSequenceNumber(in: datagram.extracting(header.payload)),
                let payload = RTX.originalPayload(of: header)
            else { return }
            header.sequenceNumber = original
            header.payload = payload
            header.payloadType = rtx.payloadType
        } else if ssrc == nil {
            ssrc = header.ssrc
        }
        guard let codec = codecs.first(where: { $0.payloadType == header.payloadType }) else { return }
        if rtx == nil { reception.receive(timestamp: header.timestamp, at: now) }
        guard
            let index = window.receive(header.sequenceNumber, isRetransmission: rtx != nil, at: now)
        else { return }
        bytes += UInt64(header.payload.count)
        guard kind == .video else {
            frames += 1
            if firstFrame == nil { firstFrame = now }
            return
        }
        let inspection = PayloadInspection.inspect(datagram.extracting(header.payload), codec: codec.codec)
        reader?.keep(index, header, inspection)
        showFrames(at: now)
    }

    mutating func receive(_ report: SenderReport, at now: MonotonicTime) {
        reception.receive(report, at: now)
    }

    private mutating func showFrames(at now: MonotonicTime) {
        while let frame = reader?.takeFrame(window, at: now) {
            frames += 1
            if frame.isKey { keyFrames += 1 }
            if firstFrame == nil { firstFrame = frame.time }
            freezes.show(at: frame.time)
        }
    }

    /// Appends requests for packets and key frames that are due.
    mutating func appendRequests(sender: UInt32, at now: MonotonicTime, to bytes: inout [UInt8]) {
        guard let ssrc, window.first != nil else { return }
        if window.isWaiting {
            let numbers = window.requests(at: now, roundTrip: Self.repeatInterval)
            if !numbers.isEmpty {
                GenericNACK(sender: sender, media: ssrc, sequenceNumbers: numbers).write(to: &bytes)
            }
        }
        guard kind == .video else { return }
        // What was given up may let frames behind it through, or break them.
        showFrames(at: now)
        guard reader?.needsKeyFrame == true else { return }
        // To whoever has just come a key frame is on its way.
        if lastKeyFrameRequest == nil, keyFrames == 0 { lastKeyFrameRequest = now }
        if let last = lastKeyFrameRequest, now - last < Self.keyFrameInterval { return }
        lastKeyFrameRequest = now
        keyFrameRequests += 1
        PictureLossIndication(sender: sender, media: ssrc).write(to: &bytes)
    }

    /// A block for the next report.
    mutating func block(at now: MonotonicTime) -> ReportBlock? {
        guard let ssrc, window.first != nil else { return nil }
        return reception.block(ssrc: ssrc, window, at: now)
    }
}
