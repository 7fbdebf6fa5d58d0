import CMediaSockets
import PortholeCore
import RTP
import SFU
import WebRTC

/// From a datagram to the peer and the room that it belongs to.
extension MediaLoop {
    /// Takes in one datagram.
    func receive(_ datagram: UnsafeMutableRawBufferPointer, from path: NetworkPath, at now: MonotonicTime) {
        guard let entry = peer(for: datagram, from: path, at: now), let peer = entry.peer else { return }
        switch peer.receive(datagram, from: path, at: now) {
        case .rtp(let header): receive(header, datagram, from: entry, at: now)
        case .rtcp(let range):
            receiveReports(UnsafeRawBufferPointer(rebasing: datagram[range]), from: entry, at: now)
        case .handled: drain(entry, at: now)
        case .dropped: counters.datagramsDropped &+= 1
        }
    }

    /// The peer of a path; of a check the one whose user name it bears, since a port may be another peer's now.
    private func peer(
        for datagram: UnsafeMutableRawBufferPointer,
        from path: NetworkPath,
        at now: MonotonicTime
    ) -> MediaPeer? {
        guard let first = datagram.first else { return nil }
        if DatagramKind(firstByte: first) == .stun {
            let bytes = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(datagram))
            if let ufrag = STUNMessage.localUfrag(of: bytes) {
                if let slot = slotsByUfrag[ufrag] { return peers[slot] }
                if let other = directory.loop(ofUfrag: ufrag), other != index {
                    foreignPaths.keep(other, for: path)
                    handOn(datagram, from: path, to: other)
                    return nil
                }
                counters.datagramsOfStrangers &+= 1
                return nil
            }
        }
        if let slot = slotsByPath[path] { return peers[slot] }
        if let other = foreignPaths[path] {
            handOn(datagram, from: path, to: other)
        } else {
            counters.datagramsOfStrangers &+= 1
        }
        return nil
    }

    private func receive(
        _ header: RTPHeader,
        _ datagram: UnsafeMutableRawBufferPointer,
        from entry: MediaPeer,
        at now: MonotonicTime
    ) {
        let room = entry.room
        guard !entry.isViewer, room.publisher === entry else {
            counters.datagramsDropped &+= 1
            return
        }
        counters.packetsReceived &+= 1
        room.room.receive(header, datagram: UnsafeRawBufferPointer(datagram), at: now)
        if room.room.pendingCount > 0, room.published != entry.resource {
            room.published = entry.resource
            broadcaster.send(.publisherConnected(room.id, entry.resource))
        }
        guard !room.isDirty, room.room.pendingCount > 0 else { return }
        room.isDirty = true
        dirtyRooms.append(room)
    }

    private func receiveReports(
        _ compound: UnsafeRawBufferPointer,
        from entry: MediaPeer,
        at now: MonotonicTime
    ) {
        let bytes = Span<UInt8>(_unsafeBytes: compound)
        var reader = RTCPReader()
        // A compound packet holds at most a few hundred packets, each of four bytes or more.
        while true {
            let packet: RTCPPacket?
            do { packet = try reader.next(in: bytes) } catch {
                counters.reportsMalformed &+= 1
                break
            }
            guard let packet else { break }
            if entry.isViewer {
                entry.room.room.receive(packet, fromSubscriber: entry.slot, at: now)
            } else if entry.room.publisher === entry {
                let report = entry.room.room.receive(fromPublisher: packet, at: now)
                if let report { entry.room.tap?.take(report, at: now) }
            }
        }
        drain(entry.room, at: now)
    }

    /// Does what a peer asks for, and learns what has become of it.
    func drain(_ entry: MediaPeer, at now: MonotonicTime) {
        guard let peer = entry.peer else { return }
        while let output = peer.nextOutput() {
            switch output {
            case .datagram(let bytes, let path): send(bytes, on: path)
            case .event(let event): handle(event, of: entry, at: now)
            }
        }
    }

    private func handle(_ event: PeerEvent, of entry: MediaPeer, at now: MonotonicTime) {
        switch event {
        case .pathValidated(let path):
            slotsByPath[path] = entry.slot
            entry.paths.insert(path)
            authenticated(path, entry.slot)
        case .pathForgotten(let path):
            forget(path, of: entry)
            entry.paths.remove(path)
        case .pathChanged(let path): route(entry, on: path)
        case .connected:
            entry.srtp = entry.peer?.srtp
            routes[entry.slot] = PeerRoute(entry, senders: senders)
            connected(entry, at: now)
        case .failed(let failure): failed(entry, failure, at: now)
        case .closed: remove(entry, at: now)
        }
    }

    /// Sends to a peer by this path from now on.
    private func route(_ entry: MediaPeer, on path: NetworkPath) {
        if let connection = connections[path.socket] {
            entry.connection = connection
            entry.sender = nil
        } else if senders.indices.contains(Int(path.socket)) {
            entry.sender = senders[Int(path.socket)]
            entry.connection = nil
            entry.destination = path.remote.kernel
        }
        routes[entry.slot] = PeerRoute(entry, senders: senders)
    }

    /// Sends a datagram by itself.
    func send(_ bytes: [UInt8], on path: NetworkPath) {
        if let connection = connections[path.socket] {
            _ = bytes.withUnsafeBytes { connection.write($0) }
        } else if senders.indices.contains(Int(path.socket)) {
            let destination = path.remote.kernel
            senders[Int(path.socket)].send(bytes, to: destination)
        }
    }
}
