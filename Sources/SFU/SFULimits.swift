import RTP

/// Bounds of rooms, with their origin.
public enum SFULimits {
    /// A join is served from the running group of pictures up to this age; older ones cost a key frame.
    public static let longestReplay = Duration.seconds(3)
    /// And up to so many packets.
    public static let mostReplayed: Int64 = 1000
    /// Packets of a replay in a millisecond: unpaced, 2,000 packets hung the picture of a browser.
    public static let replayedPerMillisecond = 12
    /// The most viewers that a room takes, whatever is configured.
    public static let mostSubscribers = 4096
    /// Within this time of a key frame a viewer's wish for one is about what was before it.
    static let keyFrameTravel = Duration.milliseconds(200)
    /// Resends that one viewer may ask for in a second.
    public static let resendsPerSecond = 1000.0
    /// Resends at once that are left to sound when those of video are used up.
    static let resendsForAudio = 50.0
    /// No datagram becomes longer than this by what we write: 1,280 bytes, which every IPv6 path carries, less headers.
    static let longestDatagram = 1_252
    /// The most bytes of a payload that leave room for our header with extensions, the number of a resend, and the tag.
    static let longestExtended = longestDatagram - OutgoingHeader.longest - RTX.headerLength - 16
    /// Packets that one request to the publisher asks for.
    static let mostAskedAtOnce = 128
    /// The most unsent control packets of a room; more are dropped, since reports come again.
    public static let mostQueuedOutputs = 4096
}

/// Why a packet goes no further.
public enum DropReason: Int, Error, CaseIterable, Sendable {
    /// Its payload does not fit a slot.
    case tooLong
    /// It is older than the source's first packet.
    case beforeStart
    /// It is older than the ring.
    case tooOld
    /// It came before.
    case duplicate
    /// No track of the publisher has this SSRC or payload type.
    case unknownTrack
    /// A resend without the packet in it.
    case emptyResend
    /// The viewer has not negotiated this codec.
    case codecNotNegotiated
    /// The viewer waits for a key frame.
    case waitingForKeyFrame
    /// The viewer's path does not carry video.
    case congested
    /// The viewer gets it by the replay.
    case replaying
    /// A resend was asked for too often.
    case resendLimit
    /// A resend was asked for that the ring no longer has.
    case resendUnknown
    /// More packets from the ring and reports were waiting than a room may have.
    case tooMuchQueued
}

/// Counts by reason.
public struct DropCounters: Equatable, Sendable {
    private var counts = [UInt64](repeating: 0, count: DropReason.allCases.count)

    /// All zero.
    public init() {}

    /// The count of a reason.
    public subscript(_ reason: DropReason) -> UInt64 { counts[reason.rawValue] }

    /// Counts one.
    public mutating func count(_ reason: DropReason) {
        counts[reason.rawValue] += 1
    }

    /// What was counted, by the reason's name.
    public var byName: [String: UInt64] {
        var named: [String: UInt64] = [:]
        for reason in DropReason.allCases where self[reason] > 0 { named["\(reason)"] = self[reason] }
        return named
    }
}
