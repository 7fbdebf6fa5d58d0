import CMediaSockets
import SFU
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
    // Not counted, since to count is to touch the object: the peer holds it.
    private let protection: Unmanaged<SRTPSender>

    /// The route of a connected peer, while it stays in the table and until its path changes; `nil` before.
    init?(_ entry: MediaPeer, senders: [DatagramSender]) {
        guard let srtp = entry.srtp else { return nil }
        protection = .passUnretained(srtp)
        guard let sender = entry.sender else { return }
        self.sender = senders.firstIndex { $0 === sender }
        destination = entry.destination
    }

    /// Encrypts a packet behind the header that has been written for it; returns the length of the datagram.
    @inline(__always)
    func protect(_ packet: OutgoingPacket, header: UnsafeMutableRawPointer) -> Int {
        protection._withUnsafeGuaranteedRef { $0.protect(packet, header: header) }
    }
}
