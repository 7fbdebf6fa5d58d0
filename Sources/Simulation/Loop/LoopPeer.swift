import CMediaSockets
import RTP
import WebRTC

/// What a peer does once it is connected.
enum PeerPart: Sendable {
    /// Sends a clip.
    case publish(PacketizedClip, [NegotiatedTrack])
    /// Counts what comes.
    case watch([NegotiatedTrack])
}

/// What the loop tells of a peer.
enum PeerNotice: Equatable, Sendable {
    /// Media may flow.
    case connected
    /// It is over, after it has done this.
    case ended(PeerEnd, PeerFigures)
}

/// Why a peer is over.
enum PeerEnd: Equatable, Sendable {
    /// We closed it.
    case closed
    /// The other end said goodbye.
    case closedByServer
    /// It failed.
    case failed(PeerFailure)
}

/// A peer on the loop, which owns it: its socket, its transport, and what it sends or counts.
final class LoopPeer {
    let socket: Int32
    let peer: Peer
    let part: PeerPart
    let cname: String
    let notices: AsyncStream<PeerNotice>.Continuation
    // One of the two, once it is connected. Apart, so that they are changed in place and never copied.
    var publisher: ClipPublisher?
    var viewer: StreamViewer?
    /// When there is something to do.
    var deadline: MonotonicTime = .zero
    var connectedAt: MonotonicTime?
    /// Why it is over, once it is.
    var ending: PeerEnd?
    /// Where datagrams go, in the kernel's form.
    var destination: (path: NetworkPath, address: cms_address)?

    init(
        socket: Int32,
        peer: Peer,
        part: PeerPart,
        cname: String,
        notices: AsyncStream<PeerNotice>.Continuation
    ) {
        self.socket = socket
        self.peer = peer
        self.part = part
        self.cname = cname
        self.notices = notices
    }

    deinit { cms_close(socket) }

    /// Begins to send or to count.
    func start(seed: UInt64, at now: MonotonicTime) {
        connectedAt = now
        switch part {
        case .publish(let clip, let tracks):
            publisher = ClipPublisher(clip: clip, tracks: tracks, cname: cname, seed: seed, at: now)
        case .watch(let tracks):
            let ssrc = UInt32(truncatingIfNeeded: seed)
            viewer = StreamViewer(tracks: tracks, ssrc: ssrc, cname: cname, at: now)
        }
    }

    /// The kernel's form of a path's far end.
    func address(of path: NetworkPath) -> cms_address {
        if let destination, destination.path == path { return destination.address }
        let address = path.remote.kernel
        destination = (path, address)
        return address
    }
}
