/// What the media plane needs to know.
public struct MediaPlaneConfiguration: Sendable {
    /// An address that peers are told.
    public struct Announcement: Equatable, Sendable {
        /// IPv4 or IPv6, as text.
        public var ip: String
        /// The port that peers are told where it is not the one that we listen on: behind a translator.
        public var port: UInt16?

        /// Makes an announcement.
        public init(ip: String, port: UInt16? = nil) {
            self.ip = ip
            self.port = port
        }
    }

    /// Threads that carry media, 1 to 16; a room lives on one of them.
    public var loops = 1
    /// UDP port; 0 takes any.
    public var udpPort: UInt16 = 8189
    /// TCP port (RFC 6544); 0 takes any, `nil` does without.
    public var tcpPort: UInt16? = 8189
    /// Addresses that peers are told; empty finds those of the interfaces.
    public var announced: [Announcement] = []
    /// Whether addresses of the loopback interface are found, too.
    public var announcesLoopback = false
    /// Codecs of video by their names in SDP, the best first.
    public var codecs = ["H264", "VP8", "VP9", "AV1"]
    /// The most that a publisher may send, bits a second.
    public var maximumVideoBitrateBps = 10_000_000
    /// Viewers of one room.
    public var maximumViewersPerRoom = 200
    /// Viewers in all.
    public var maximumViewers = 2000

    /// Where recordings are written (made with mode 0700); `nil` records nothing.
    public var recordingDirectory: String?
    /// The longest stretch of a recording without a key frame: nobody can seek into one.
    public var recordingKeyFrameInterval = Duration.seconds(10)
    /// Recordings end, properly, when the disk has less room.
    public var recordingFloorBytes: Int64 = 100_000_000

    /// The defaults of the configuration contract.
    public init() {}
}
