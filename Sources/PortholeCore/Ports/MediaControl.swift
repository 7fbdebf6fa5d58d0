public import Foundation

/// The room of the media plane in which one publisher is watched: a session's id, or in development any name.
public struct MediaRoomID: Hashable, Sendable, CustomStringConvertible {
    /// A session's id in lower case, or a name.
    public let text: String

    /// Names a room.
    public init(_ text: String) { self.text = text }

    /// The same text.
    public var description: String { text }
}

/// One connection of a peer, as the path of its resource names it: unguessable (RFC 9725 §4.2).
public struct MediaResourceID: Hashable, Sendable {
    /// 32 hexadecimal digits.
    public let text: String

    /// Names a connection.
    public init(_ text: String) { self.text = text }
}

/// Who may take which part in a room, found out before the media plane is asked.
public struct MediaGrant: Equatable, Sendable {
    /// What a peer does with the room's media.
    public enum Role: Sendable { case publisher, viewer }

    /// The room.
    public var room: MediaRoomID
    /// Sends or receives.
    public var role: Role
    /// Who it is, the same over all of a person's tabs; empty without a session.
    public var principalID: String
    /// The watch link or page login it came by, if it can be revoked by that.
    public var grantID: String?
    /// When its media ends by itself.
    public var expiresAt: Date?
    /// Whether it speaks as Unity and its page do: what it offers too much is left out rather than refused.
    public var isUnity = false
    /// Of a publisher whose media is to be recorded on the server.
    public var recording: RecordingOrder?

    /// Puts a grant together.
    public init(
        room: MediaRoomID,
        role: Role,
        principalID: String,
        grantID: String? = nil,
        expiresAt: Date? = nil
    ) {
        self.room = room
        self.role = role
        self.principalID = principalID
        self.grantID = grantID
        self.expiresAt = expiresAt
    }
}

/// A connection that the media plane has opened, and its description for the other side.
public struct MediaDescription: Equatable, Sendable {
    /// The connection.
    public var resource: MediaResourceID
    /// The answer, or our own offer.
    public var sdp: String
    /// The ICE session, as a strong entity tag without quotes (RFC 9725 §4.3.1).
    public var entityTag: String

    /// Puts a description together.
    public init(resource: MediaResourceID, sdp: String, entityTag: String) {
        self.resource = resource
        self.sdp = sdp
        self.entityTag = entityTag
    }
}

/// Why the media plane does not do what it was asked.
public enum MediaError: Error, Equatable, Sendable {
    /// Nobody publishes in the room: ask again after so many seconds.
    case noPublisher(retryAfter: Int)
    /// A limit is reached: ask again after so many seconds.
    case full(String, retryAfter: Int)
    /// Not a session description, or not a fragment of one.
    case malformed(String)
    /// A description that cannot be answered, with the reason.
    case unacceptable(String)
    /// No such connection, or of another room.
    case unknownResource
    /// The entity tag names an older ICE session.
    case staleEntityTag
    /// The media plane does not run.
    case unavailable(String)
}

/// What happened to the connections of a room.
public enum MediaEvent: Equatable, Sendable {
    /// A publisher's media arrives.
    case publisherConnected(MediaRoomID, MediaResourceID)
    /// A publisher is gone: closed, silent for too long, or replaced.
    case publisherLost(MediaRoomID, MediaResourceID)
    /// A viewer is connected.
    case viewerConnected(MediaRoomID, MediaResourceID, principalID: String)
    /// A viewer is gone that had been connected.
    case viewerLeft(MediaRoomID, MediaResourceID, principalID: String)
    /// A peer never got connected: its network does not let it, or its description was of no use.
    case connectionFailed(MediaRoomID, MediaGrant.Role)
}

/// Whose media is cut.
public enum MediaCut: Equatable, Sendable {
    /// Everybody who came by this link or login.
    case grant(String)
    /// One person in one room.
    case viewer(MediaRoomID, principalID: String)
    /// All viewers of a room.
    case viewers(MediaRoomID)
    /// Everybody in a room; nobody comes in any more under this name.
    case room(MediaRoomID)
}

/// The media plane, as routes and use cases see it.
public protocol MediaControl: Sendable {
    /// Takes a peer's offer and answers it: WHIP, WHEP, and Unity's or a page's first offer with media or application sections.
    func open(_ grant: MediaGrant, offer: String) async throws(MediaError) -> MediaDescription
    /// Opens a connection by our own offer of an application section alone, for a Unity peer that answers no empty offer.
    func openByOffer(_ grant: MediaGrant) async throws(MediaError) -> MediaDescription
    /// The offer of a session without sections, which makes a Unity peer offer its own (`docs/signaling.md`).
    func emptyOffer() async -> String
    /// Takes the answer to our own offer.
    func accept(answer: String, of resource: MediaResourceID) async throws(MediaError)
    /// Answers a further offer on an open connection.
    func answer(offer: String, of resource: MediaResourceID) async throws(MediaError) -> String
    /// Our own offer of the room's media on an open connection of a viewer, for the stock receiver page.
    func offerMedia(to resource: MediaResourceID) async throws(MediaError) -> String
    /// Takes a trickled fragment (RFC 8840); candidates that cannot be used are ignored.
    func trickle(fragment: String, to resource: MediaResourceID, entityTag: String?) async throws(MediaError)
    /// Restarts ICE by a fragment with new credentials; answers with ours (RFC 9725 §4.3.3).
    func restartICE(
        fragment: String,
        of resource: MediaResourceID
    ) async throws(MediaError) -> MediaDescription
    /// The grant by which a connection was opened; `nil` when it is gone.
    func grant(of resource: MediaResourceID) async -> MediaGrant?
    /// Closes a connection; does nothing if it is gone.
    func close(_ resource: MediaResourceID) async
    /// Cuts media at once.
    func cut(_ cut: MediaCut) async
    /// What happens, from now on; several may listen, each has a queue of 1,024 that drops the oldest.
    func events() -> AsyncStream<MediaEvent>
    /// The rooms with a publisher whose media arrives.
    func publishedRooms() async -> Set<MediaRoomID>
    /// The connected viewers of each room: principals, once for each connection.
    func viewers() async -> [MediaRoomID: [String]]
    /// Figures of a room; `nil` if there is none.
    func statistics(of room: MediaRoomID) async -> MediaRoomStatistics?
    /// Figures of the whole plane.
    func totals() async -> MediaTotals
}

/// Figures of a room, since its publisher came.
public struct MediaRoomStatistics: Equatable, Sendable {
    /// One track of the publisher.
    public struct Track: Equatable, Sendable {
        /// `audio` or `video`.
        public var kind = ""
        /// The codec's name in SDP.
        public var codec = ""
        /// Packets received, without retransmissions.
        public var packets: UInt64 = 0
        /// Bytes of payload.
        public var bytes: UInt64 = 0
        /// Packets that never came, not even on request.
        public var lost: UInt64 = 0
        /// Packets that came on request.
        public var recovered: UInt64 = 0
        /// Bits of the last second.
        public var bitrateBps: Int = 0
        /// Frames of the last second, for video.
        public var framesPerSecond: Double = 0
        /// Key frames that arrived.
        public var keyFrames: UInt64 = 0
        /// Key frames that we asked for.
        public var keyFrameRequests: UInt64 = 0
        /// Interarrival jitter, seconds (RFC 3550 §6.4.1).
        public var jitter: Double = 0

        /// All zero.
        public init() {}
    }

    /// One viewer.
    public struct Viewer: Equatable, Sendable {
        /// The connection.
        public var resource = MediaResourceID("")
        /// As whom.
        public var principalID = ""
        /// `udp` or `tcp`.
        public var transport = "udp"
        /// Packets forwarded.
        public var packets: UInt64 = 0
        /// Packets sent again.
        public var retransmitted: UInt64 = 0
        /// Packets not sent, by reason.
        public var dropped: [String: UInt64] = [:]
        /// Fraction lost in the last report, 0 to 1.
        public var fractionLost: Double = 0
        /// Round trip, seconds; `nil` before the first report.
        public var roundTrip: Double?
        /// Whether video is stopped because the path does not carry it.
        public var isVideoPaused = false

        /// All zero.
        public init() {}
    }

    /// The publisher's tracks; empty while there is none.
    public var tracks: [Track] = []
    /// Its connected viewers.
    public var viewers: [Viewer] = []

    /// An empty room.
    public init() {}
}

/// Figures of the whole media plane, since its start.
public struct MediaTotals: Equatable, Sendable {
    /// Open rooms.
    public var rooms = 0
    /// Connected publishers.
    public var publishers = 0
    /// Connected viewers.
    public var viewers = 0
    /// Recordings that are being written.
    public var recordings = 0
    /// Counters by name, such as `packets_forwarded` or `datagrams_dropped_unknown_peer`.
    public var counters: [String: UInt64] = [:]

    /// All zero.
    public init() {}
}
