public import RTP

extension ScenarioPublisher {
    /// What it is and does.
    public struct Configuration: Sendable {
        /// Says in each payload who made it; all sources and first numbers follow from it.
        public var source: UInt8 = 1
        /// Format of the picture.
        public var codec = Codec.vp8
        /// Bits a second of the picture.
        public var bitrateBps = 3_000_000
        /// Frames a second.
        public var framesPerSecond = 30
        /// How much longer a key frame is than another one.
        public var keyFrameFactor = 6
        /// Frames from one key frame to the next; `nil` is without end.
        public var keyFrameInterval: Int?
        /// Whether a request for a key frame has no effect.
        public var ignoresKeyFrameRequests = false
        /// How long it takes from a request to the key frame.
        public var keyFrameDelay = Duration.zero
        /// Whether it sends again what is asked for.
        public var answersNACK = true
        /// Whether it sends sound again that is asked for, as it was.
        public var answersNACKForAudio = true
        /// The part of packets that are followed by one that only tries the path.
        public var probingShare = 0.02
        /// The most bytes of a payload.
        public var longestPayload = 1_160
        /// Whether it has sound.
        public var hasAudio = true
        /// Identifier of the transport-wide sequence number; 0 for none.
        public var transportSequenceID: UInt8 = 3
        /// Identifier of the video orientation, which key frames carry; 0 for none.
        public var orientationID: UInt8 = 4
        /// What its wall clock shows when the virtual one is at its start.
        public var wallClock = NTPTime(seconds: 3_900_000_000, fraction: 0)

        /// The usual one.
        public init() {}

        /// Source of the picture.
        public var videoSSRC: UInt32 { 0x1000_0000 + UInt32(source) }
        /// Source of the picture's resends.
        public var rtxSSRC: UInt32 { 0x2000_0000 + UInt32(source) }
        /// Source of the sound.
        public var audioSSRC: UInt32 { 0x3000_0000 + UInt32(source) }
    }
}
