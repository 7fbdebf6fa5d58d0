public import RTP

extension Peer {
    /// What a received datagram turned out to be.
    public enum Reception: Equatable, Sendable {
        /// The peer's own affair; there may be output.
        case handled
        /// Not used, for a reason that was counted.
        case dropped(PeerDropReason)
        /// An RTP packet, now in plaintext; the header's ranges lie within the datagram.
        case rtp(RTPHeader)
        /// A compound RTCP packet, now in plaintext, at this place in the datagram.
        case rtcp(Range<Int>)
    }
}
