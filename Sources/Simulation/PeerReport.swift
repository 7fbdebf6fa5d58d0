import RTP

/// What one peer has done in all its connections.
public struct PeerReport: Codable, Equatable, Sendable {
    /// Its name in the plan.
    public var name: String
    /// Which way its media flows.
    public var role: PeerPlan.Role
    /// Whether it is connected now.
    public var isConnected = false
    /// How often it was connected.
    public var connects = 0
    /// Whether the server refuses it for good.
    public var isRefused = false
    /// What went wrong last; `nil` once it is connected again.
    public var error: String?
    /// For how long it was connected.
    public var connectedSeconds = 0.0
    /// Packets sent, or different packets received.
    public var packets: UInt64 = 0
    /// Bytes of RTP sent, or of payload received.
    public var bytes: UInt64 = 0
    /// Frames of pictures sent, or that could be shown.
    public var frames: UInt64 = 0
    /// Key frames among them.
    public var keyFrames: UInt64 = 0
    /// Key frames that were asked for: of a publisher, or by a viewer.
    public var keyFrameRequests: UInt64 = 0
    /// Packets sent again, or received on request.
    public var retransmitted: UInt64 = 0
    /// Packets that never came.
    public var lost: UInt64 = 0
    /// Packets of sound among them.
    public var lostSound: UInt64 = 0
    /// Packets that should have come.
    public var expected: UInt64 = 0
    /// Frames that came and could not be shown.
    public var undecodable: UInt64 = 0
    /// Interarrival jitter of the pictures' packets, seconds (RFC 3550 §6.4.1).
    public var jitterSeconds = 0.0
    /// How often the picture stood still.
    public var freezes: UInt64 = 0
    /// For how long in all.
    public var frozenSeconds = 0.0
    /// The longest time between two frames.
    public var longestGapSeconds = 0.0
    /// From the first request of the newest connection to its first packet.
    public var firstPacketSeconds: Double?
    /// From the first request of the newest connection to its first frame that can be shown.
    public var firstFrameSeconds: Double?
    /// The part that the server missed of a publisher, as it reported last, 0 to 1.
    public var fractionLost = 0.0
    /// What the server allows a publisher (REMB), bits a second; 0 if it has not said.
    public var maximumBitrateBps = 0

    init(name: String, role: PeerPlan.Role) {
        self.name = name
        self.role = role
    }

    /// Adds what one connection has done.
    mutating func add(_ figures: PeerFigures, startedAt: MonotonicTime?) {
        if let connectedAt = figures.connectedAt {
            connectedSeconds += figures.now.seconds(since: connectedAt)
        }
        if let sent = figures.publisher {
            packets += sent.packets
            bytes += sent.bytes
            frames += sent.frames
            keyFrames += sent.keyFrames
            keyFrameRequests += sent.keyFrameRequests
            retransmitted += sent.retransmitted
            fractionLost = sent.fractionLost
            maximumBitrateBps = sent.maximumBitrateBps
        }
        for track in figures.tracks {
            packets += track.received
            bytes += track.bytes
            expected += track.expected
            retransmitted += track.recovered
            lost += track.lost
            guard track.isVideo else {
                lostSound += track.lost
                continue
            }
            frames += track.frames
            keyFrames += track.keyFrames
            keyFrameRequests += track.keyFrameRequests
            undecodable += track.undecodable
            jitterSeconds = track.jitter
            freezes += track.freezes
            frozenSeconds += track.frozenSeconds
            longestGapSeconds = max(longestGapSeconds, track.longestGap)
        }
        if let startedAt {
            firstPacketSeconds = figures.firstPacket?.seconds(since: startedAt) ?? firstPacketSeconds
            firstFrameSeconds = figures.firstFrame?.seconds(since: startedAt) ?? firstFrameSeconds
        }
    }
}

extension MonotonicTime {
    fileprivate func seconds(since other: MonotonicTime) -> Double {
        Double(nanoseconds(since: other)) / 1e9
    }
}
