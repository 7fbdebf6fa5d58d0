import ServiceLifecycle

/// What runs beside a server, from when it answers until it ends: given the settings in use, its port among them.
public typealias ServerCompanion = @Sendable (Configuration) async throws -> Void

/// Runs a companion; it is cancelled before the server stops answering.
struct CompanionService: Service {
    let companion: ServerCompanion
    let configuration: Configuration
    let isServing: AsyncStream<Void>

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                for await _ in isServing { break }
                try Task.checkCancellation()
                try await companion(configuration)
            }
        } catch is CancellationError {
            // The server ends.
        }
        // Whoever is done waits for the others: a service that returns would end them.
        try? await gracefulShutdown()
    }
}
