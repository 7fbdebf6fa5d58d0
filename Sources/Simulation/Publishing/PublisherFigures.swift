/// What a publisher has sent and heard.
struct PublisherFigures: Equatable, Sendable {
    var packets: UInt64 = 0
    /// Bytes of RTP, headers included.
    var bytes: UInt64 = 0
    var frames: UInt64 = 0
    var keyFrames: UInt64 = 0
    var keyFrameRequests: UInt64 = 0
    var retransmitted: UInt64 = 0
    var transportFeedbacks: UInt64 = 0
    /// What the receiver reported last, 0 to 1.
    var fractionLost = 0.0
    /// What the receiver allows (REMB); 0 if it has not said.
    var maximumBitrateBps = 0
}
