import Logging
import ServiceLifecycle

/// Does one thing again and again until the server shuts down.
///
/// A round that fails is logged and tried again.
struct PeriodicService: Service {
    let name: String
    let interval: Duration
    let logger: Logger
    let step: @Sendable () async throws -> Void

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await step()
                } catch is CancellationError where Task.isCancelled {
                    break
                } catch {
                    logger.warning("\(name) failed; will try again", metadata: ["error": "\(error)"])
                }
                // Sleeping ends early on shutdown, which the loop then sees.
                try? await Task.sleep(for: interval)
            }
        }
    }
}
