import CMediaSockets
import RTP
import WebRTC

/// ICE over TCP (RFC 6544, passive): connections that come, are read, written and closed.
extension MediaLoop {
    /// Takes in whoever has connected.
    func accept(_ index: Int) {
        let now = now
        for _ in 0..<32 {
            var from = cms_address()
            let descriptor = cms_tcp_accept(sockets.listeners[index], &from)
            guard descriptor >= 0 else { return }
            let remote = TransportAddress(from)
            let pending = connections.values.count {
                $0.slot == nil && $0.remote.with(port: 0) == remote.with(port: 0)
            }
            guard pending < Self.mostUnauthenticatedConnections, connections.count < Self.mostPeers else {
                counters.connectionsRefused &+= 1
                cms_close(descriptor)
                continue
            }
            watch(
                StreamConnection(
                    id: takeConnectionID(),
                    descriptor: descriptor,
                    remote: remote,
                    deadline: now + Self.authenticationTime
                )
            )
        }
    }

    /// Takes in a connection that another loop has accepted.
    func adopt(_ handover: LoopDirectory.Handover) {
        let connection = StreamConnection(
            id: takeConnectionID(),
            descriptor: handover.descriptor,
            remote: handover.remote,
            deadline: handover.deadline,
            inbound: handover.inbound
        )
        watch(connection)
        read(connection, at: now)
    }

    private func watch(_ connection: StreamConnection) {
        connections[connection.id] = connection
        _ = cms_poll_add(thread.poll, connection.descriptor, UInt64(connection.id), 0)
    }

    /// Takes in what has come; a connection of another loop's peer goes there with all that it has said.
    private func read(_ connection: StreamConnection, at now: MonotonicTime) {
        var other: Int?
        connection.read { datagram in
            if connection.slot == nil, let loop = otherLoop(of: datagram) {
                other = loop
                return false
            }
            if !datagram.isEmpty {
                counters.datagramsReceived &+= 1
                receive(datagram, from: connection.path, at: now)
            }
            return true
        }
        if let other {
            cms_poll_remove(thread.poll, connection.descriptor)
            connections[connection.id] = nil
            directory.handOver(connection.release(at: now), to: other)
        } else if connection.isBroken {
            lost(connection, at: now)
        }
    }

    /// Numbers of UDP sockets and listeners are lower.
    private func takeConnectionID() -> Int32 {
        repeat {
            nextConnection = nextConnection == .max ? 1000 : nextConnection + 1
        } while connections[nextConnection] != nil
        return nextConnection
    }

    /// Reads from and writes to a connection that is ready.
    func serve(_ id: Int32, events: UInt32) {
        guard let connection = connections[id] else { return }
        let now = now
        if events & UInt32(CMS_READABLE | CMS_BROKEN) != 0 {
            read(connection, at: now)
        }
        guard connections[id] === connection else { return }
        if events & UInt32(CMS_WRITABLE) != 0 { connection.flush() }
        if connection.isBroken { lost(connection, at: now) }
    }

    /// A check on this path was authentic: the connection belongs to a peer.
    func authenticated(_ path: NetworkPath, _ slot: Int) {
        guard let connection = connections[path.socket] else { return }
        connection.slot = slot
        connection.deadline = nil
    }

    /// Writes what has gathered, and asks to be told when more is taken.
    func flushConnections() {
        guard !connections.isEmpty else { return }
        let now = now
        for connection in Array(connections.values) {
            if connection.hasUnsent { connection.flush() }
            if connection.isBroken {
                lost(connection, at: now)
            } else if connection.wantsWrite != connection.hasUnsent {
                connection.wantsWrite = connection.hasUnsent
                _ = cms_poll_change(
                    thread.poll,
                    connection.descriptor,
                    UInt64(connection.id),
                    connection.wantsWrite ? 1 : 0
                )
            }
        }
    }

    /// A connection broke: its peer may have others, or make a new one.
    private func lost(_ connection: StreamConnection, at now: MonotonicTime) {
        close(connection)
        guard let slot = connection.slot, let entry = peers[slot], let peer = entry.peer else { return }
        if entry.connection === connection { entry.connection = nil }
        peer.forget(connection.path, at: now)
        drain(entry, at: now)
    }

    /// Closes a connection.
    func close(_ connection: StreamConnection) {
        connection.flush()
        cms_poll_remove(thread.poll, connection.descriptor)
        connections[connection.id] = nil
    }

    /// Closes connections that have shown nothing in time.
    func closeUnauthenticated(at now: MonotonicTime) {
        for connection in Array(connections.values) {
            guard let deadline = connection.deadline, deadline <= now else { continue }
            counters.connectionsRefused &+= 1
            close(connection)
        }
    }
}
