import Foundation
import HTTPAPI
import Hummingbird
import Logging
import Notifications
import PortholeCore
import ServiceLifecycle
import Storage

/// Runs one server from start to graceful end.
public enum PortholeServer {
    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Throws: ``StartError`` when it cannot start.
    public static func run(_ configuration: Configuration) async throws {
        LogBootstrap.run(configuration.logging)
        let logger = Logger(label: "porthole")
        for warning in configuration.warnings { logger.warning("\(warning)") }
        ResourceLimits.raise()
        let configuration = try configuration.server.port == 0
            ? configuration.listening(onPort: FreePort.find(host: configuration.server.host)) : configuration
        let wiring = try Wiring(configuration, logger: logger)
        for migration in try await wiring.database.migrate() {
            logger.info("database migrated", metadata: ["migration": "\(migration)"])
        }
        let links = try ReadyLinks.make(configuration, mint: wiring.mint)
        let assembly = try Assembly(wiring, links: links, logger: logger)
        try await assembly.prepare()
        let app = assembly.application {
            let base = configuration.server.publicURL.absoluteString
            logger.info("serving", metadata: ["url": "\(base)"])
            guard !links.isEmpty else { return }
            FileHandle.standardOutput.write(Data(ReadyLinks.banner(links, base: base).utf8))
        }
        var services: [any Service] = assembly.services
        services.append(app)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch let error as any Error where "\(error)".contains("errno: 98") {
            throw StartError(
                "Port \(configuration.server.port) is taken: stop what uses it, or choose another with --port"
            )
        }
        try wiring.database.close()
        logger.info("stopped")
    }
}
