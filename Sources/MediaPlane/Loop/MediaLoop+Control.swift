import PortholeCore
import RTP
import SFU
import WebRTC

/// What is decided elsewhere, and what is asked.
extension MediaLoop {
    /// Closes a connection.
    func close(_ resource: MediaResourceID) {
        guard let entry = entry(resource) else { return }
        remove(entry, at: now)
    }

    /// Closes everything; the loop is about to end.
    func closeAll() {
        let now = now
        removePeers(where: { _ in true }, at: now)
        for room in Array(taps.keys) { endRecording(of: room, at: now) }
        for sender in senders { sender.flush() }
        flushConnections()
    }

    /// Cuts media at once, also of those who are on their way.
    func cut(_ cut: MediaCut) {
        let now = now
        switch cut {
        case .grant(let id):
            Self.remember(id, in: &revokedGrants)
            removePeers(where: { $0.grant.grantID == id }, at: now)
        case .viewer(let room, let principalID):
            removePeers(
                where: { $0.isViewer && $0.grant.room == room && $0.grant.principalID == principalID },
                at: now
            )
        case .viewers(let room): removePeers(where: { $0.isViewer && $0.grant.room == room }, at: now)
        case .room(let room):
            Self.remember(room, in: &endedRooms)
            defer { endRecording(of: room, at: now) }
            removePeers(where: { $0.grant.room == room }, at: now)
        }
    }

    static func remember<Element>(_ element: Element, in list: inout [Element]) {
        if list.count >= mostRemembered { list.removeFirst() }
        list.append(element)
    }

    /// The grant of a connection.
    func grant(of resource: MediaResourceID) -> MediaGrant? { entry(resource)?.grant }

    /// Rooms whose publisher's media arrives.
    var publishedRooms: Set<MediaRoomID> { Set(rooms.values.lazy.filter { $0.published != nil }.map(\.id)) }

    /// Connected viewers by room.
    var viewers: [MediaRoomID: [String]] {
        var found: [MediaRoomID: [String]] = [:]
        for case let entry? in peers where entry.isViewer && entry.isInRoom {
            found[entry.room.id, default: []].append(entry.grant.principalID)
        }
        return found
    }

    /// Figures of a room.
    func statistics(of id: MediaRoomID) -> MediaRoomStatistics? {
        guard let room = rooms[id] else { return nil }
        var figures = MediaRoomStatistics()
        if room.published != nil {
            figures.tracks = [room.room.video, room.room.audio].compactMap(Self.figures)
        }
        for case let entry? in peers where entry.room === room && entry.isViewer && entry.isInRoom {
            guard let subscriber = room.room.subscriber(entry.slot) else { continue }
            var viewer = MediaRoomStatistics.Viewer()
            viewer.resource = entry.resource
            viewer.principalID = entry.grant.principalID
            viewer.transport = entry.connection == nil ? "udp" : "tcp"
            viewer.packets = subscriber.packets
            viewer.retransmitted = subscriber.resent
            viewer.dropped = subscriber.dropped.byName
            viewer.fractionLost = subscriber.fractionLost
            viewer.roundTrip = subscriber.roundTrip.map { $0 / .seconds(1) }
            viewer.isVideoPaused = subscriber.isVideoPaused
            figures.viewers.append(viewer)
        }
        return figures
    }

    private static func figures(_ track: SourceTrack) -> MediaRoomStatistics.Track? {
        guard track.hasSource, let codec = track.figures.codec else { return nil }
        var figures = MediaRoomStatistics.Track()
        figures.kind = track.kind == .audio ? "audio" : "video"
        figures.codec = codec.rawValue
        figures.packets = track.figures.packets
        figures.bytes = track.figures.bytes
        figures.lost = track.losses.lost
        figures.recovered = track.losses.recovered
        figures.bitrateBps = track.figures.bitrateBps
        figures.framesPerSecond = track.figures.framesPerSecond
        figures.keyFrames = track.figures.keyFrames
        figures.keyFrameRequests = track.keyFrames.count
        figures.jitter = track.jitter
        return figures
    }

    /// Figures of the loop.
    var totals: MediaTotals {
        var totals = MediaTotals()
        totals.rooms = rooms.count
        totals.publishers = rooms.values.count { $0.publisher != nil }
        totals.counters = counters.byName
        for tap in taps.values { totals.counters["recording_packets_dropped", default: 0] += tap.dropped }
        for case let entry? in peers {
            if entry.isViewer, entry.isInRoom { totals.viewers += 1 }
            guard let peer = entry.peer else { continue }
            for reason in PeerDropReason.allCases where peer.counters[reason] > 0 {
                totals.counters["peer_dropped_\(reason)", default: 0] += peer.counters[reason]
            }
        }
        for sender in senders {
            totals.counters["datagrams_sent", default: 0] += sender.datagrams
            totals.counters["messages_sent", default: 0] += sender.sentMessages
            totals.counters["messages_refused", default: 0] += sender.refused
        }
        return totals
    }
}
