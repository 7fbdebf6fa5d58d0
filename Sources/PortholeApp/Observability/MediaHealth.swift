import PortholeCore
import ServiceLifecycle
import Synchronization

/// How the media plane does, as `/health` tells it.
final class MediaHealth: Sendable {
    /// So many joins in a row without ICE getting through point at a firewall or a wrong announced address.
    static let failureLimit = 5

    /// Whether there is a media plane.
    enum Presence: Sendable {
        /// Sessions are carried from peer to peer, and that is meant.
        case off
        /// Sessions are carried from peer to peer because of this.
        case missing(String)
        case running
    }

    private let presence: Presence
    private let failures = Atomic(0)

    init(_ presence: Presence) {
        self.presence = presence
    }

    /// Counts joins that failed, until one gets through.
    func note(_ event: MediaEvent) {
        switch event {
        case .publisherConnected, .viewerConnected: failures.store(0, ordering: .relaxed)
        case .connectionFailed: failures.add(1, ordering: .relaxed)
        case .publisherLost, .viewerLeft: break
        }
    }

    /// What is to be said now.
    var finding: HealthCheck {
        switch presence {
        case .off: HealthCheck(.off, "MEDIA_MODE is p2p")
        case .missing(let problem): HealthCheck(.degraded, problem)
        case .running where failures.load(ordering: .relaxed) >= Self.failureLimit:
            HealthCheck(
                .degraded,
                "The last \(Self.failureLimit) peers or more could not reach the media port: check "
                    + "MEDIA_ANNOUNCED_ADDRESSES and that the firewall lets MEDIA_UDP_PORT and MEDIA_TCP_PORT in"
            )
        case .running: HealthCheck(.ok)
        }
    }
}

/// Listens to the media plane for its health.
struct MediaHealthService: Service {
    let media: any MediaControl
    let health: MediaHealth

    func run() async {
        await cancelWhenGracefulShutdown {
            for await event in media.events() { health.note(event) }
        }
    }
}
