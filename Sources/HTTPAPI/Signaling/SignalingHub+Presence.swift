import Foundation
import Signaling

/// Who is there.
extension SignalingHub {
    /// Who is in a session's room now.
    public func presence(_ sessionID: String) -> SessionPresence {
        guard let room = rooms[sessionID] else {
            return SessionPresence(state: endedSessions.contains(sessionID) ? .ended : .waiting)
        }
        return presence(of: room)
    }

    /// Whether the browser behind a polling session is the one to record.
    public func isRecorder(_ pollingSession: String, in sessionID: String) -> Bool {
        rooms[sessionID]?.election.recorder == ClientID(pollingSession)
    }

    /// Figures of all rooms.
    func figures() -> (hosted: Int, watched: Int, viewers: Int, clients: Int) {
        let counts = rooms.values.map(\.viewers.count)
        return (
            rooms.values.count(where: \.isHosted), counts.count { $0 > 0 }, counts.reduce(0, +), members.count
        )
    }

    /// Says how a session stands where the hub cannot know, as when it was live before this process started.
    public func setState(_ sessionID: String, _ state: SessionState) {
        guard !endedSessions.contains(sessionID) else { return }
        rooms[sessionID, default: makeRoom()].state = state
        announce(sessionID)
    }

    /// Tells the pages of a session what has changed for them.
    func announce(_ session: String) {
        guard let room = rooms[session] else { return }
        let presence = presence(of: room)
        let clients = room.engine.viewers + [room.engine.host].compactMap(\.self)
        for client in clients where members[client]?.wantsEvents == true {
            let event = presence.event(
                isRecorder: room.election.recorder == client,
                to: members[client]?.grant
            )
            guard members[client]?.lastEvent != event else { continue }
            members[client]?.lastEvent = event
            members[client]?.socket?.send(event)
        }
    }

    private func presence(of room: Room) -> SessionPresence {
        let viewers = room.viewers.compactMap { principal, viewer in
            viewer.id.map { id in
                SessionPresence.Viewer(
                    id: id,
                    name: viewer.name,
                    principalID: principal,
                    joinedAt: viewer.joinedAt
                )
            }
        }
        return SessionPresence(
            state: room.state,
            isHostConnected: room.isHosted,
            isRecorded: room.isRecorded,
            viewers: viewers.sorted { ($0.joinedAt, $0.id) < ($1.joinedAt, $1.id) },
            recorderClientID: room.election.recorder?.rawValue,
            recorderPrincipalID: room.election.principalID
        )
    }
}

extension SessionPresence {
    /// The message that a socket of the subprotocol gets.
    fileprivate func event(isRecorder: Bool, to grant: SignalingGrant?) -> String {
        let principal = grant?.role == .viewer ? grant?.principalID : nil
        return
            JSONValue.object([
                "type": "session",
                "state": .string(state.rawValue),
                "viewers": .array(viewers.map { $0.json(for: principal) }),
                "recorder": .bool(isRecorder),
                "recording": .bool(isRecorded),
            ])
            .text
    }
}

extension SessionPresence.Viewer {
    fileprivate func json(for principalID: String?) -> JSONValue {
        .object([
            "id": .string(id),
            "name": name.map(JSONValue.string) ?? .null,
            "joined_at": .string(joinedAt.formatted(.iso8601)),
            "you": .bool(self.principalID == principalID),
        ])
    }
}
