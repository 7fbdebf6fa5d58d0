import Foundation
import Logging
import PortholeCore
import RTP
import SFU
import Synchronization
import WebRTC

/// Peers come, are connected, and go.
extension MediaLoop {
    /// Puts a peer into the tables.
    func insert(
        _ grant: MediaGrant,
        room: MediaRoom,
        local: LocalParameters,
        at now: MonotonicTime
    ) -> MediaPeer {
        let slot = freeSlots.popLast() ?? peers.count
        if slot == peers.count {
            peers.append(nil)
            routes.append(nil)
        }
        let resource = MediaResourceID(LoopDirectory.digit(index) + randomHex(31))
        let entry = MediaPeer(slot: slot, resource: resource, grant: grant, room: room, local: local, at: now)
        peers[slot] = entry
        slotsByUfrag[entry.credentials.ufrag] = slot
        directory.register(entry.credentials.ufrag, loop: index)
        slotsByResource[resource] = slot
        room.peers += 1
        if entry.isViewer {
            room.viewers += 1
            directory.viewers.add(1, ordering: .relaxed)
        }
        return entry
    }

    /// The peer of a resource.
    func entry(_ resource: MediaResourceID) -> MediaPeer? {
        slotsByResource[resource].flatMap { peers[$0] }
    }

    /// A peer's keys are there: a publisher takes over its room, a viewer joins it.
    func connected(_ entry: MediaPeer, at now: MonotonicTime) {
        logger.debug(
            "peer connected",
            metadata: ["room": "\(entry.room.id)", "role": "\(entry.grant.role)", "peer": "\(entry.slot)"]
        )
        switch entry.grant.role {
        case .publisher: publish(entry, at: now)
        case .viewer: join(entry, at: now)
        }
    }

    /// Lets a connected publisher's media into the room, once its tracks are known.
    func publish(_ entry: MediaPeer, at now: MonotonicTime) {
        guard !entry.isInRoom, !entry.tracks.isEmpty, entry.srtp != nil else { return }
        let room = entry.room
        let previous = room.publisher
        room.publisher = entry
        entry.isInRoom = true
        room.room.setPublisher(entry.tracks.map(PublisherTrack.init), at: now)
        record(entry, at: now)
        if let previous { remove(previous, at: now) }
    }

    /// Lets a connected viewer into the room, once its tracks are known.
    func join(_ entry: MediaPeer, at now: MonotonicTime) {
        guard !entry.isInRoom, !entry.tracks.isEmpty, entry.srtp != nil else { return }
        let tracks = entry.tracks.compactMap { track in
            SubscriberTrack(track, firstSequence: UInt16.random(in: 0..<0x8000, using: &random))
        }
        guard entry.room.room.addSubscriber(entry.slot, tracks: tracks, at: now) else {
            return remove(entry, at: now)
        }
        entry.isInRoom = true
        hasReplays = true
        drain(entry.room, at: now)
        broadcaster.send(
            .viewerConnected(entry.room.id, entry.resource, principalID: entry.grant.principalID)
        )
    }

    /// A peer is of no use any more.
    func failed(_ entry: MediaPeer, _ failure: PeerFailure, at now: MonotonicTime) {
        counters.count(failure)
        let wasConnected = entry.srtp != nil
        logger.info(
            "peer lost",
            metadata: [
                "room": "\(entry.room.id)", "role": "\(entry.grant.role)", "peer": "\(entry.slot)",
                "reason": "\(failure)",
            ]
        )
        if !wasConnected { broadcaster.send(.connectionFailed(entry.room.id, entry.grant.role)) }
        remove(entry, at: now)
    }

    /// Takes a peer out of everything; does nothing if it is out.
    func remove(_ entry: MediaPeer, at now: MonotonicTime) {
        guard peers[entry.slot] === entry else { return }
        if let peer = entry.peer {
            peer.close()
            counters.add(peer.counters)
            while let output = peer.nextOutput() {
                if case .datagram(let bytes, let path) = output { send(bytes, on: path) }
            }
        }
        peers[entry.slot] = nil
        routes[entry.slot] = nil
        freeSlots.append(entry.slot)
        slotsByUfrag[entry.credentials.ufrag] = nil
        directory.forget(entry.credentials.ufrag)
        slotsByResource[entry.resource] = nil
        for path in entry.paths { forget(path, of: entry) }
        entry.srtp = nil
        entry.sender = nil
        if let connection = entry.connection { close(connection) }
        entry.connection = nil
        leave(entry, at: now)
        entry.peer = nil
    }

    /// A path leads to this peer no more; a connection serves nothing else, and ends.
    func forget(_ path: NetworkPath, of entry: MediaPeer) {
        if slotsByPath[path] == entry.slot { slotsByPath[path] = nil }
        if let connection = connections[path.socket] { close(connection) }
    }

    private func leave(_ entry: MediaPeer, at now: MonotonicTime) {
        let room = entry.room
        room.peers -= 1
        if entry.isViewer {
            room.viewers -= 1
            directory.viewers.subtract(1, ordering: .relaxed)
        }
        if room.publisher === entry {
            room.publisher = nil
            room.room.removePublisher()
            room.tap?.endSource(at: now)
            if let published = room.published { broadcaster.send(.publisherLost(room.id, published)) }
            room.published = nil
        } else if entry.isViewer, entry.isInRoom {
            room.room.removeSubscriber(entry.slot)
            broadcaster.send(.viewerLeft(room.id, entry.resource, principalID: entry.grant.principalID))
        }
        entry.isInRoom = false
        if room.peers == 0 {
            rooms[room.id] = nil
            dirtyRooms.removeAll { $0 === room }
            if let tap = room.tap { handOver(tap, at: now, atOnce: true) }
        }
    }

    /// Does what is due of all peers.
    func maintainPeers(at now: MonotonicTime) {
        let date = Date()
        for entry in peers {
            guard let entry else { continue }
            if let expiry = entry.grant.expiresAt, expiry <= date {
                remove(entry, at: now)
                continue
            }
            guard let peer = entry.peer else {
                // Nobody answered our offer.
                if now - entry.openedAt > Peer.connectTimeout { remove(entry, at: now) }
                continue
            }
            guard let deadline = peer.nextDeadline, deadline <= now else { continue }
            peer.advance(to: now)
            drain(entry, at: now)
        }
        closeUnauthenticated(at: now)
    }

    /// Closes peers that this is true of.
    func removePeers(where isMeant: (MediaPeer) -> Bool, at now: MonotonicTime) {
        for entry in peers {
            if let entry, isMeant(entry) { remove(entry, at: now) }
        }
    }

    /// Random hexadecimal digits.
    func randomHex(_ digits: Int) -> String {
        var text = ""
        while text.count < digits {
            let part = String(UInt64.random(in: 0...UInt64.max, using: &random), radix: 16)
            text += String(repeating: "0", count: 16 - part.count) + part
        }
        return String(text.prefix(digits))
    }
}

extension PublisherTrack {
    init(_ track: NegotiatedTrack) {
        self.init(kind: track.kind == .audio ? .audio : .video)
        ssrc = track.remoteSources?.primary
        for codec in track.codecs {
            payloadTypes[codec.payloadType] = codec.codec
            if let rtx = codec.rtxPayloadType { rtxPayloadTypes[rtx] = codec.codec }
            if codec.feedback.contains(.nack) { answersNACK = true }
        }
        transportSequenceID = track.extensions[.transportWideCC] ?? 0
        orientationID = track.extensions[.videoOrientation] ?? 0
    }
}

extension SubscriberTrack {
    /// `nil` for a track that we do not send.
    init?(_ track: NegotiatedTrack, firstSequence: UInt16) {
        guard let sources = track.localSources else { return nil }
        self.init(
            kind: track.kind == .audio ? .audio : .video,
            ssrc: sources.primary,
            firstSequence: firstSequence
        )
        for codec in track.codecs where payloadTypes[codec.codec] == nil {
            payloadTypes[codec.codec] = codec.payloadType
            if let rtx = codec.rtxPayloadType { rtxPayloadTypes[codec.codec] = rtx }
        }
        rtxSSRC = rtxPayloadTypes.isEmpty ? nil : sources.rtx
        transportSequenceID = track.extensions[.transportWideCC] ?? 0
        orientationID = track.extensions[.videoOrientation] ?? 0
    }
}
