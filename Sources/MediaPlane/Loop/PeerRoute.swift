import CMediaSockets
import WebRTC

/// What forwarding needs of a peer.
///
/// Of all peers side by side in ``MediaLoop/routes``: between two bursts everything of a viewer has left the cache, and
/// in a profile of 200 of them, a third of our own time was waiting for one object of each after the other.
struct PeerRoute {
    /// Which of the loop's senders; none over TCP.
    private(set) var sender: Int?
    /// Where its datagrams go.
    private(set) var destination = cms_address()
    /// How they are encrypted; the peer keeps it alive.
    let protection: SRTPSender.Unowned

    /// The route of a connected peer, while it stays in the table and until its path changes; `nil` before.
    init?(_ entry: MediaPeer, senders: [DatagramSender]) {
        guard let srtp = entry.srtp else { return nil }
        protection = srtp.unowned
        guard let sender = entry.sender else { return }
        self.sender = senders.firstIndex { $0 === sender }
        destination = entry.destination
    }
}
