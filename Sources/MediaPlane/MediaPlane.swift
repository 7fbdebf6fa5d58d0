public import Logging
public import PortholeCore
import Synchronization
import WebRTC

/// The media plane: sockets, loops, and the rooms on them.
///
/// Read `Loop/MediaLoop.swift` first.
public final class MediaPlane: MediaControl {
    let loops: [MediaLoop]
    private let directory: LoopDirectory
    private let broadcaster: MediaEventBroadcaster
    private let isStopped = Atomic(false)
    let recorder: RecordingThread?
    /// The UDP port that peers send to.
    public let udpPort: UInt16

    /// Binds the sockets and starts the loops.
    ///
    /// - Throws: ``MediaSocketError`` when a port cannot be had, or the error of OpenSSL.
    public init(configuration: MediaPlaneConfiguration, logger: Logger) throws {
        let sockets = try MediaSockets(configuration)
        let context = try DTLSContext(certificate: .generate())
        let directory = try LoopDirectory(loops: configuration.loops)
        let broadcaster = MediaEventBroadcaster()
        let recorder = try configuration.recordingDirectory.map { path in
            RecordingThread(
                directory: try RecordingDirectory(root: path),
                minimumFreeBytes: configuration.recordingFloorBytes,
                logger: logger
            )
        }
        self.recorder = recorder
        udpPort = sockets.udpPort
        self.directory = directory
        self.broadcaster = broadcaster
        loops = try directory.members.indices.map { index in
            try MediaLoop(
                index: index,
                of: directory,
                configuration: configuration,
                sockets: sockets,
                context: context,
                broadcaster: broadcaster,
                recorder: recorder,
                logger: logger
            )
        }
        for loop in loops { loop.thread.start(loop) }
    }

    /// Says goodbye to all peers and ends the loops; a second call does nothing.
    public func stop() async {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for loop in loops { await loop.closeAll() }
        for loop in loops { loop.thread.stop() }
        recorder?.stop()
        broadcaster.finish()
    }

    func loop(of room: MediaRoomID) -> MediaLoop { loops[directory.loop(of: room)] }

    private func loop(of grant: MediaGrant) -> MediaLoop { loops[directory.loop(of: grant.room)] }

    private func loop(of resource: MediaResourceID) throws(MediaError) -> MediaLoop {
        guard let index = directory.loop(of: resource) else { throw .unknownResource }
        return loops[index]
    }

    // MARK: MediaControl

    /// Takes a peer's offer and answers it.
    public func open(
        _ grant: MediaGrant,
        offer: String
    ) async throws(MediaError) -> PortholeCore.MediaDescription {
        try await loop(of: grant).open(grant, offer: offer)
    }

    /// Opens a connection by our own offer.
    public func openByOffer(_ grant: MediaGrant) async throws(MediaError) -> PortholeCore.MediaDescription {
        try await loop(of: grant).openByOffer(grant)
    }

    /// The offer of a session without sections.
    public func emptyOffer() async -> String {
        SDPOffer.emptyIngest(sessionID: UInt64.random(in: 1..<(1 << 62))).text
    }

    /// Takes the answer to our own offer.
    public func accept(answer: String, of resource: MediaResourceID) async throws(MediaError) {
        try await loop(of: resource).accept(answer: answer, of: resource)
    }

    /// Answers a further offer on an open connection.
    public func answer(offer: String, of resource: MediaResourceID) async throws(MediaError) -> String {
        try await loop(of: resource).answer(offer: offer, of: resource)
    }

    /// Our own offer of the room's media.
    public func offerMedia(to resource: MediaResourceID) async throws(MediaError) -> String {
        try await loop(of: resource).offerMedia(to: resource)
    }

    /// Takes a trickled fragment.
    public func trickle(
        fragment: String,
        to resource: MediaResourceID,
        entityTag: String?
    ) async throws(MediaError) {
        try await loop(of: resource).trickle(fragment: fragment, to: resource, entityTag: entityTag)
    }

    /// Restarts ICE.
    public func restartICE(
        fragment: String,
        of resource: MediaResourceID
    ) async throws(MediaError) -> PortholeCore.MediaDescription {
        try await loop(of: resource).restartICE(fragment: fragment, of: resource)
    }

    /// The grant by which a connection was opened.
    public func grant(of resource: MediaResourceID) async -> MediaGrant? {
        await (try? loop(of: resource))?.grant(of: resource)
    }

    /// Closes a connection.
    public func close(_ resource: MediaResourceID) async {
        await (try? loop(of: resource))?.close(resource)
    }

    /// Cuts media at once.
    public func cut(_ cut: MediaCut) async {
        for loop in loops { await loop.cut(cut) }
    }

    /// What happens, from now on.
    public func events() -> AsyncStream<MediaEvent> { broadcaster.events() }

    /// The rooms with a publisher whose media arrives.
    public func publishedRooms() async -> Set<MediaRoomID> {
        var rooms: Set<MediaRoomID> = []
        for loop in loops { rooms.formUnion(await loop.publishedRooms) }
        return rooms
    }

    /// The connected viewers of each room.
    public func viewers() async -> [MediaRoomID: [String]] {
        var viewers: [MediaRoomID: [String]] = [:]
        for loop in loops { viewers.merge(await loop.viewers) { $0 + $1 } }
        return viewers
    }

    /// Figures of a room.
    public func statistics(of room: MediaRoomID) async -> MediaRoomStatistics? {
        await loops[directory.loop(of: room)].statistics(of: room)
    }

    /// Figures of the whole plane.
    public func totals() async -> MediaTotals {
        var totals = MediaTotals()
        for loop in loops {
            let part = await loop.totals
            totals.rooms += part.rooms
            totals.publishers += part.publishers
            totals.viewers += part.viewers
            totals.counters.merge(part.counters) { $0 + $1 }
        }
        if let recorder {
            totals.recordings = recorder.running.count
            totals.counters["recording_syncs"] = recorder.syncs.load(ordering: .relaxed)
        }
        return totals
    }
}
