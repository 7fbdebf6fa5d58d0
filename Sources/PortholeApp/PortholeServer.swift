import Foundation
import HTTPAPI
import Hummingbird
import Logging
import Notifications
import Persistence
import PortholeCore
import ServiceLifecycle
import Storage
import UnixSignals

/// Runs one server from start to graceful end.
public enum PortholeServer {
    /// How long requests that run may take to end; supervisors commonly kill after 10 to 30 s.
    private static let shutdownTime: Duration = .seconds(8)

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Parameter companion: Runs beside the server once that answers; what it throws ends the server.
    /// - Throws: ``StartError`` when it cannot start.
    public static func run(
        _ configuration: Configuration,
        beside companion: ServerCompanion? = nil
    ) async throws {
        LogBootstrap.run(configuration.logging)
        let logger = Logger(label: "porthole")
        for warning in configuration.warnings { logger.warning("\(warning)") }
        ResourceLimits.raise()
        let port = try ListeningPort.find(host: configuration.server.host, port: configuration.server.port)
        let configuration = configuration.listening(onPort: port)
        let wiring = try Wiring(configuration, logger: logger)
        for migration in try await wiring.database.migrate() {
            logger.info("database migrated", metadata: ["migration": "\(migration)"])
        }
        let links = try ReadyLinks.make(configuration, mint: wiring.mint)
        let media = MediaWiring.make(configuration, logger: logger)
        let assembly = try Assembly(wiring, links: links, media: media, logger: logger)
        try await assembly.prepare()
        let (isServing, serves) = AsyncStream.makeStream(of: Void.self)
        let app = assembly.application {
            defer { serves.yield() }
            let base = configuration.server.publicURL.absoluteString
            logger.info("serving", metadata: ["url": "\(base)"])
            guard !links.isEmpty else { return }
            FileHandle.standardOutput.write(Data(ReadyLinks.banner(links, base: base).utf8))
        }
        var services: [any Service] = assembly.services
        services.append(app)
        if let companion {
            services.append(
                CompanionService(companion: companion, configuration: configuration, isServing: isServing)
            )
        }
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = shutdownTime
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            // Somebody was still sending when the time was up; what was acknowledged is stored.
            logger.notice("stopped without waiting for the last requests")
        }
        try wiring.database.close()
        logger.info("stopped")
    }
}
