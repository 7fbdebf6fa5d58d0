import CMediaSockets
import PortholeCore
import RTP
import SFU
import WebRTC

/// From a room's ring to its viewers.
extension MediaLoop {
    /// Header, extensions and tag beside the payload; room for one datagram.
    static let datagramRoom = PacketRing.slotBytes + 64

    /// Forwards what has arrived; a frame whose rest is on its way waits for it, at most a millisecond.
    func forwardDirtyRooms(at now: MonotonicTime) {
        guard !dirtyRooms.isEmpty else { return }
        var waiting: [MediaRoom] = []
        for room in dirtyRooms {
            if room.room.isWithinFrame, room.room.pendingCount < 64 {
                let hold = room.holdUntil ?? (now + Self.frameHold)
                room.holdUntil = hold
                if now < hold {
                    waiting.append(room)
                    continue
                }
            }
            room.holdUntil = nil
            room.isDirty = false
            forward(room, at: now)
        }
        dirtyRooms = waiting
    }

    /// Forwards what is pending to each viewer: contiguous datagrams, as few messages as their lengths allow.
    private func forward(_ entry: MediaRoom, at now: MonotonicTime) {
        let room = entry.room
        room.beginForward(at: now)
        entry.tap?.take(from: room, at: now)
        let packets = room.pendingCount
        let sentAt = UInt32(truncatingIfNeeded: now.nanoseconds / 1000)
        for position in 0..<room.subscriberCount {
            let slot = room.subscriberID(at: position)
            guard let route = routes[slot] else { continue }
            if position + 1 < room.subscriberCount {
                routes[room.subscriberID(at: position + 1)]?.protection.prefetch()
            }
            guard let index = route.sender else {
                forwardByTCP(room, position, slot, sentAt: sentAt, at: now)
                continue
            }
            let sender = senders[index]
            sender.begin(route.destination)
            for packet in 0..<packets {
                let out = sender.reserve(room.pendingLength(packet) + 64)
                guard let outgoing = room.write(packet, to: position, header: out, sentAt: sentAt) else {
                    continue
                }
                sender.commit(route.protection.protect(outgoing, header: out))
            }
            sender.finish()
        }
        room.endForward()
    }

    private func forwardByTCP(
        _ room: Room,
        _ position: Int,
        _ slot: Int,
        sentAt: UInt32,
        at now: MonotonicTime
    ) {
        guard let viewer = peers[slot], let srtp = viewer.srtp, let connection = viewer.connection else {
            return
        }
        var isStalled = false
        for packet in 0..<room.pendingCount {
            guard let outgoing = room.write(packet, to: position, header: scratch, sentAt: sentAt) else {
                continue
            }
            if !write(outgoing, srtp, to: connection) { isStalled = true }
        }
        if isStalled { room.stalled(slot, at: now) }
    }

    private func write(
        _ outgoing: OutgoingPacket,
        _ srtp: SRTPSender,
        to connection: StreamConnection
    ) -> Bool {
        let length = srtp.unowned.protect(outgoing, header: scratch)
        counters.packetsByTCP &+= 1
        return connection.write(UnsafeRawBufferPointer(start: scratch, count: length))
    }

    /// Sends what a room puts out besides forwarded packets.
    func drain(_ entry: MediaRoom, at now: MonotonicTime) {
        let room = entry.room
        for output in room.takeOutputs() {
            switch output {
            case .toPublisher(let compound):
                if let publisher = entry.publisher { sendReport(compound, to: publisher) }
            case .toSubscriber(let slot, let compound):
                if let viewer = peers[slot] { sendReport(compound, to: viewer) }
            case .packet(let transmission): send(transmission, of: room, at: now)
            }
        }
    }

    private func sendReport(_ compound: [UInt8], to entry: MediaPeer) {
        guard let datagram = entry.peer?.protectRTCP(compound) else { return }
        counters.reportsSent &+= 1
        if let sender = entry.sender {
            sender.send(datagram, to: entry.destination)
        } else if let connection = entry.connection {
            _ = datagram.withUnsafeBytes { connection.write($0) }
        }
    }

    /// Sends a packet of a replay, a resend, or one that tries the path.
    private func send(_ transmission: Room.Transmission, of room: Room, at now: MonotonicTime) {
        guard let viewer = peers[transmission.subscriber], let srtp = viewer.srtp else { return }
        let sentAt = UInt32(truncatingIfNeeded: now.nanoseconds / 1000)
        // The payload of a resend is put together behind the room for one datagram.
        let payload = scratch + 4096
        if let sender = viewer.sender {
            sender.begin(viewer.destination)
            let out = sender.reserve(Self.datagramRoom)
            guard
                let outgoing = room.write(transmission, scratch: payload, header: out, sentAt: sentAt)
            else { return }
            let length = srtp.unowned.protect(outgoing, header: out)
            sender.commit(length)
            sender.finish()
        } else if let connection = viewer.connection {
            guard
                let outgoing = room.write(transmission, scratch: payload, header: scratch, sentAt: sentAt)
            else { return }
            if !write(outgoing, srtp, to: connection) { room.stalled(viewer.slot, at: now) }
        }
    }

    /// Lets each room do what is due.
    func advanceRooms(at now: MonotonicTime) {
        var replays = false
        for entry in rooms.values {
            entry.room.advance(to: now)
            drain(entry, at: now)
            if entry.room.isReplaying { replays = true }
            serveTap(of: entry, at: now)
        }
        hasReplays = replays
    }
}

extension SRTPSender.Unowned {
    /// Encrypts a packet behind the header that has been written for it; returns the length of the datagram.
    @inline(__always)
    fileprivate func protect(_ packet: OutgoingPacket, header: UnsafeMutableRawPointer) -> Int {
        protect(
            header: header,
            headerLength: packet.headerLength,
            payload: packet.payload,
            packetIndex: packet.packetIndex,
            ssrc: packet.ssrc
        )
    }
}
