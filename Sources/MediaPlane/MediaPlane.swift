public import Logging
public import PortholeCore
import WebRTC

/// The media plane: sockets, loops, and the rooms on them.
///
/// Read `Loop/MediaLoop.swift` first.
public final class MediaPlane: MediaControl {
    private let loop: MediaLoop
    private let broadcaster: MediaEventBroadcaster
    /// The UDP port that peers send to.
    public let udpPort: UInt16

    /// Binds the sockets and starts the loop.
    ///
    /// - Throws: ``MediaSocketError`` when a port cannot be had, or the error of OpenSSL.
    public init(configuration: MediaPlaneConfiguration, logger: Logger) throws {
        let sockets = try MediaSockets(configuration)
        udpPort = sockets.udpPort
        broadcaster = MediaEventBroadcaster()
        loop = try MediaLoop(
            configuration: configuration,
            sockets: sockets,
            context: DTLSContext(certificate: .generate()),
            broadcaster: broadcaster,
            logger: logger
        )
        loop.thread.start(loop)
    }

    /// Says goodbye to all peers and ends the loop.
    public func stop() async {
        await loop.closeAll()
        loop.thread.stop()
        broadcaster.finish()
    }

    // MARK: MediaControl

    /// Takes a peer's offer and answers it.
    public func open(
        _ grant: MediaGrant,
        offer: String
    ) async throws(MediaError) -> PortholeCore.MediaDescription {
        try await loop.open(grant, offer: offer)
    }

    /// Opens a connection by our own offer.
    public func openByOffer(_ grant: MediaGrant) async throws(MediaError) -> PortholeCore.MediaDescription {
        try await loop.openByOffer(grant)
    }

    /// The offer of a session without sections.
    public func emptyOffer() async -> String {
        SDPOffer.emptyIngest(sessionID: UInt64.random(in: 1..<(1 << 62))).text
    }

    /// Takes the answer to our own offer.
    public func accept(answer: String, of resource: MediaResourceID) async throws(MediaError) {
        try await loop.accept(answer: answer, of: resource)
    }

    /// Answers a further offer on an open connection.
    public func answer(offer: String, of resource: MediaResourceID) async throws(MediaError) -> String {
        try await loop.answer(offer: offer, of: resource)
    }

    /// Our own offer of the room's media.
    public func offerMedia(to resource: MediaResourceID) async throws(MediaError) -> String {
        try await loop.offerMedia(to: resource)
    }

    /// Takes a trickled fragment.
    public func trickle(
        fragment: String,
        to resource: MediaResourceID,
        entityTag: String?
    ) async throws(MediaError) {
        try await loop.trickle(fragment: fragment, to: resource, entityTag: entityTag)
    }

    /// Restarts ICE.
    public func restartICE(
        fragment: String,
        of resource: MediaResourceID
    ) async throws(MediaError) -> PortholeCore.MediaDescription {
        try await loop.restartICE(fragment: fragment, of: resource)
    }

    /// The grant by which a connection was opened.
    public func grant(of resource: MediaResourceID) async -> MediaGrant? { await loop.grant(of: resource) }

    /// Closes a connection.
    public func close(_ resource: MediaResourceID) async { await loop.close(resource) }

    /// Cuts media at once.
    public func cut(_ cut: MediaCut) async { await loop.cut(cut) }

    /// What happens, from now on.
    public func events() -> AsyncStream<MediaEvent> { broadcaster.events() }

    /// The rooms with a publisher whose media arrives.
    public func publishedRooms() async -> Set<MediaRoomID> { await loop.publishedRooms }

    /// The connected viewers of each room.
    public func viewers() async -> [MediaRoomID: [String]] { await loop.viewers }

    /// Figures of a room.
    public func statistics(of room: MediaRoomID) async -> MediaRoomStatistics? {
        await loop.statistics(of: room)
    }

    /// Figures of the whole plane.
    public func totals() async -> MediaTotals { await loop.totals }
}
