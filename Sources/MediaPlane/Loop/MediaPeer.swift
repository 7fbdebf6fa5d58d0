import CMediaSockets
import Foundation
import PortholeCore
import RTP
import SFU
import WebRTC

/// One peer as its loop sees it: transport, grant, and what was negotiated.
final class MediaPeer {
    /// Its place in the loop's table.
    let slot: Int
    let resource: MediaResourceID
    let grant: MediaGrant
    let room: MediaRoom
    var credentials: ICECredentials
    /// Counts ICE generations.
    var generation = 1
    /// `nil` while an answer to our own offer is awaited.
    var peer: Peer?
    /// What our descriptions of this connection say.
    var local: LocalParameters
    /// Our own offer that waits for its answer.
    var offer: SDPOffer?
    var tracks: [NegotiatedTrack] = []
    var dtlsRole: DTLSRole?
    /// The tag of the section of its data channel, if it has one.
    var applicationMID: String?
    /// Cached while connected: outbound protection and where to.
    var srtp: SRTPSender?
    var destination = cms_address()
    /// The socket to use; `nil` over TCP.
    var sender: DatagramSender?
    var connection: StreamConnection?
    /// Whether its room counts it as publisher or viewer.
    var isInRoom = false
    let openedAt: MonotonicTime
    /// Where its datagrams may come from.
    var paths: Set<NetworkPath> = []

    init(
        slot: Int,
        resource: MediaResourceID,
        grant: MediaGrant,
        room: MediaRoom,
        local: LocalParameters,
        at now: MonotonicTime
    ) {
        self.slot = slot
        self.resource = resource
        self.grant = grant
        self.room = room
        self.local = local
        credentials = local.ice
        openedAt = now
    }

    var isViewer: Bool { grant.role == .viewer }

    /// The ICE session as an entity tag.
    var entityTag: String { "\(resource.text.prefix(8))-\(generation)" }
}

/// A room with its peers.
final class MediaRoom {
    let id: MediaRoomID
    let room: Room
    /// The publisher whose media the room takes.
    var publisher: MediaPeer?
    /// The connection whose media has arrived; while another one takes over, still the former.
    var published: MediaResourceID?
    /// What copies its media for the recorder.
    var tap: RecordingTap?
    /// Viewers, connected or on their way.
    var viewers = 0
    /// All peers, connected or on their way.
    var peers = 0
    /// Until when a frame's rest is waited for.
    var holdUntil: MonotonicTime?
    var isDirty = false

    init(id: MediaRoomID, room: Room) {
        self.id = id
        self.room = room
    }
}
