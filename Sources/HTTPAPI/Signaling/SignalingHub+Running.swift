import Foundation
public import ServiceLifecycle
import Signaling

extension SignalingHub: Service {
    /// How often time passes for the rooms; grants end, pollers leave and recorders change no later than this.
    private static let tickInterval = Duration.seconds(1)

    /// Lets time pass and tells the domain what happens, until shutdown and all is told.
    public nonisolated func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.tellDomain() }
            if let media = self.forwarding?.media {
                group.addTask { await self.serveOrders(media) }
                group.addTask { await cancelWhenGracefulShutdown { await self.hear(media) } }
                group.addTask { await cancelWhenGracefulShutdown { await self.compare(with: media) } }
            }
            await cancelWhenGracefulShutdown {
                while (try? await Task.sleep(for: Self.tickInterval)) != nil { await self.tick() }
            }
            self.queue.finish()
            self.orders.finish()
        }
    }

    /// Lets time pass.
    func tick() {
        cutExpired()
        tickMedia()
        defaultRoom.advance(to: timestamp)
        for session in rooms.keys {
            guard let passage = rooms[session]?.engine.advance(to: timestamp) else { continue }
            rooms[session]?.election.advance(to: now())
            send(passage.deliveries)
            for client in passage.departed { forget(client) }
            settle(session)
            announce(session)
        }
        let oldest = now().addingTimeInterval(-Self.emptyRoomTime)
        rooms = rooms.filter {
            !$0.value.engine.isEmpty || $0.value.isHosted || !$0.value.viewers.isEmpty
                || $0.value.isRecorded || $0.value.lastUsed > oldest
        }
    }

    /// Hands events over one by one.
    ///
    /// The ids of viewers are kept here, as a viewer may be gone from its room before the domain has named it.
    nonisolated func tellDomain() async {
        var viewerIDs: [String: [String: String]] = [:]
        for await event in queue.events {
            switch event {
            case .hostConnected(let session):
                await events.hostConnected(sessionID: session)
            case .hostLost(let session):
                await events.hostLost(sessionID: session)
            case .ingestBegan(let connectionID, let session):
                await events.ingestBegan(connectionID, sessionID: session)
            case .viewerJoined(let viewer, let session):
                guard let id = await events.viewerJoined(viewer, sessionID: session) else { continue }
                viewerIDs[session, default: [:]][viewer.principalID] = id
                await name(viewer.principalID, id, in: session)
            case .viewerLeft(let principal, let session):
                guard let id = viewerIDs[session]?.removeValue(forKey: principal) else { continue }
                if viewerIDs[session]?.isEmpty == true { viewerIDs[session] = nil }
                await events.viewerLeft(viewerID: id, sessionID: session)
            }
        }
    }

    private func name(_ principal: String, _ id: String, in session: String) {
        rooms[session]?.viewers[principal]?.id = id
        announce(session)
    }
}
