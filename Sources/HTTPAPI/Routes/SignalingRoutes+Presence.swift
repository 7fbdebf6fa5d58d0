import PortholeCore

extension SignalingRoutes {
    /// What `GET /api/sessions/{id}` says of who is there now.
    func presence(
        _ session: SessionID,
        pollingSession: String?,
        principalIDs: Set<String>
    ) async -> [String: JSONValue] {
        let presence = await hub.presence(session.text)
        var isRecorder = false
        if let pollingSession {
            isRecorder = await hub.isRecorder(pollingSession, in: session.text)
        }
        return [
            "viewers": .array(
                presence.viewers.map {
                    [
                        "id": .string($0.id),
                        "name": .text($0.name),
                        "joined_at": .time($0.joinedAt),
                        "you": .bool(principalIDs.contains($0.principalID)),
                    ]
                }
            ),
            "recorder": .bool(isRecorder),
            "recording": .bool(presence.isRecorded),
        ]
    }
}
