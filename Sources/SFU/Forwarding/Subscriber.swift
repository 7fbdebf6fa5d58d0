import RTP

/// One viewer of a room: its tracks, what its path carries, what it asked for.
public struct Subscriber {
    /// The driver's own number of it.
    public let id: Int
    var audio: Subscription?
    var video: Subscription?
    var transport = TransportHistory()
    var path = PathEstimate()
    var gate = VideoGate()
    var reports = ReportedReception()
    /// Packets that were not sent, by reason.
    public internal(set) var dropped = DropCounters()
    let reportsTransport: Bool
    private var resendTokens = SFULimits.resendsPerSecond / 4
    private var resendTokensAt: MonotonicTime
    /// When a key frame was last asked for on its behalf.
    var askedForKeyFrame: MonotonicTime?

    init(id: Int, tracks: [SubscriberTrack], at now: MonotonicTime) {
        self.id = id
        for track in tracks {
            switch track.kind {
            case .audio: audio = Subscription(track)
            case .video: video = Subscription(track)
            }
        }
        reportsTransport = tracks.contains { $0.transportSequenceID != 0 }
        resendTokensAt = now
    }

    /// Packets forwarded.
    public var packets: UInt64 { (audio?.packets ?? 0) + (video?.packets ?? 0) }
    /// Bytes of payload forwarded.
    public var octets: UInt64 { (audio?.octets ?? 0) + (video?.octets ?? 0) }
    /// Packets sent again.
    public var resent: UInt64 { (audio?.resent ?? 0) + (video?.resent ?? 0) }
    /// Fraction lost in the viewer's last report, 0 to 1.
    public var fractionLost: Double { reports.fractionLost }
    /// Round trip; `nil` before the first report about one of our own.
    public var roundTrip: Duration? { reports.roundTrip }
    /// Whether video is stopped because the path does not carry it.
    public var isVideoPaused: Bool { video?.isStopped ?? false }

    /// Whether another resend is within the viewer's share, of which the last part is for sound.
    mutating func takeResend(of kind: SourceTrack.Kind, at now: MonotonicTime) -> Bool {
        let elapsed = Double(now.nanoseconds(since: resendTokensAt)) * 1e-9
        resendTokensAt = now
        resendTokens = min(
            resendTokens + elapsed * SFULimits.resendsPerSecond,
            SFULimits.resendsPerSecond / 4
        )
        guard resendTokens >= (kind == .audio ? 1 : 1 + SFULimits.resendsForAudio) else { return false }
        resendTokens -= 1
        return true
    }

    /// Whether its wish for a key frame is passed on: once a second, and every 5 s on a path that loses much, where
    /// a key frame helps nobody for long and costs all.
    mutating func mayAskForKeyFrame(at now: MonotonicTime) -> Bool {
        let isPoor = path.averageLoss > 0.1 || reports.fractionLost > 0.2
        if let asked = askedForKeyFrame {
            guard now - asked >= (isPoor ? .seconds(5) : .seconds(1)) else { return false }
        }
        askedForKeyFrame = now
        return true
    }

    /// What to do about video that is stopped.
    mutating func advanceGate(rate: Int, at now: MonotonicTime) -> VideoGate.Action {
        let canProbe = reportsTransport && video?.resendsByRTX == true
        return gate.advance(at: now, rate: rate, canProbe: canProbe, path: &path)
    }

    /// The next transport-wide number for a packet; any where it carries none.
    @inline(__always)
    mutating func transportSequence(of info: PacketInfo, sentAt: UInt32, isProbe: Bool = false) -> UInt16 {
        guard reportsTransport, info.hasRoomForExtensions else { return 0 }
        return transport.add(bytes: Int(info.length), sentAt: sentAt, isProbe: isProbe)
    }
}

/// What a viewer's receiver reports say (RFC 3550 §6.4.2).
struct ReportedReception {
    private(set) var fractionLost = 0.0
    private(set) var roundTrip: Duration?
    private var poorReports = 0
    private var sent: [(compact: UInt32, at: MonotonicTime)] = []

    /// Our own report went out.
    mutating func sentReport(_ ntp: NTPTime, at now: MonotonicTime) {
        if sent.count >= 8 { sent.removeFirst() }
        sent.append((ntp.compact, now))
    }

    mutating func received(_ block: ReportBlock, isVideo: Bool, at now: MonotonicTime) {
        if isVideo {
            fractionLost = Double(block.fractionLost) / 256
            poorReports = fractionLost > 0.3 ? poorReports + 1 : 0
        }
        guard block.lastSenderReport != 0,
            let report = sent.last(where: { $0.compact == block.lastSenderReport })
        else { return }
        let held = Duration(compactNTP: block.delaySinceLastSenderReport)
        roundTrip = max(now - report.at - held, .milliseconds(1))
    }

    /// Whether two reports in a row said that video does not arrive.
    var isPoor: Bool { poorReports >= 2 }

    mutating func settle() {
        poorReports = 0
    }
}
