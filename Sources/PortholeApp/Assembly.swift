import Foundation
import HTTPAPI
import Hummingbird
import Logging
import Notifications
import PortholeCore
import ServiceLifecycle
import Storage

/// The use cases, services and HTTP surface on top of the wired adapters.
struct Assembly {
    let wiring: Wiring
    let media: MediaWiring
    let logger: Logger
    let hub: SignalingHub
    let api: API
    private let viewerEvents: ViewerEvents?
    private let hosts: HostSightings
    private let life: SessionLife
    private let combiner: RecordingCombiner
    private let delivery: MailDelivery
    private let retention: Retention
    private let recording: ServerRecording?
    private let clips: RecordingClips

    init(
        _ wiring: Wiring,
        links: [ReadyLink],
        media: MediaWiring,
        logger: Logger
    ) throws {
        self.wiring = wiring
        self.media = media
        self.logger = logger
        let (store, tokens) = (wiring.store, wiring.tokens)
        let domain = Self.domain(wiring, media)
        let database = GuardedDatabase(base: wiring.database)
        var settings = try HTTPSettings(wiring.configuration, links: links)
        settings.forwardsMedia = media.control != nil
        let viewers = Viewers(database: database, settings: domain)
        hosts = HostSightings(database: database, settings: domain)
        let events = DomainEvents(viewers: viewers, hosts: hosts, logger: logger)
        viewerEvents = media.control.map(ViewerEvents.init)
        hub = SignalingHub(
            startupMode: settings.startupMode,
            events: events,
            media: media.control,
            maximumViewers: wiring.configuration.media.maximumViewersPerSession
        )
        let live = hub
        life = SessionLife(database: database, live: live, settings: domain)
        combiner = RecordingCombiner(
            database: database,
            store: store,
            remuxer: wiring.remuxer,
            settings: domain
        )
        delivery = MailDelivery(database: database, tokens: tokens, mailer: wiring.mailer, settings: domain)
        let (recorder, recordingHealth) = (media.recorder, RecordingHealth())
        let disposal = RecordingDisposal(
            database: database,
            store: store,
            tokens: tokens,
            recorder: recorder,
            settings: domain
        )
        retention = Retention(database: database, disposal: disposal, settings: domain)
        recording = recorder.map { recorder in
            ServerRecording(
                recovery: RecordingRecovery(database: database, recorder: recorder, settings: domain),
                journal: RecordingJournal(
                    database: database,
                    recorder: recorder,
                    live: live,
                    settings: domain
                ),
                finisher: RecordingFinisher(
                    database: database,
                    store: store,
                    recorder: recorder,
                    remuxer: wiring.remuxer,
                    settings: domain
                ),
                upload: RecordingUpload(database: database, store: store, settings: domain),
                pictures: RecordingPictures(database: database, store: store, remuxer: wiring.remuxer),
                recorder: recorder,
                health: recordingHealth,
                logger: logger
            )
        }
        clips = RecordingClips(
            database: database,
            store: store,
            recorder: recorder,
            remuxer: wiring.remuxer,
            settings: domain
        )
        let logins = PageLogins(
            database: database,
            tokens: tokens,
            verifier: wiring.verifier,
            settings: domain
        )
        let services = APIServices(
            sessions: Sessions(database: database, live: live, settings: domain),
            viewers: viewers,
            recordings: Recordings(database: database, store: store, disposal: disposal, settings: domain),
            clips: clips,
            receiver: ChunkReceiver(database: database, store: store, settings: domain),
            links: WatchLinks(database: database, tokens: tokens, live: live, settings: domain),
            children: Children(
                database: database,
                store: store,
                tokens: tokens,
                mailer: wiring.mailer,
                live: live,
                recorder: recorder,
                disposal: disposal,
                settings: domain
            ),
            logins: logins,
            tokens: tokens,
            store: store,
            ice: wiring.ice,
            health: HealthMonitor(
                wiring.healthProbes(media: media.health, recording: recordingHealth, domain: domain)
            ),
            openObject: Self.opener(store),
            outbox: wiring.localOutbox.map(Self.outbox),
            domain: domain
        )
        let admission = SignalingAdmission(database: database, store: store, settings: domain)
        let signaling = SignalingRoutes(
            hub: hub,
            admission: admission,
            logins: logins,
            tokens: tokens,
            settings: settings
        )
        let mediaRoutes = MediaRoutes(
            media: media.control,
            events: viewerEvents,
            hub: hub,
            admission: admission,
            logins: logins,
            tokens: tokens,
            ice: wiring.ice,
            settings: settings
        )
        api = API(settings: settings, services: services, signaling: signaling, media: mediaRoutes)
    }

    /// What must be done before the first request.
    func prepare() async throws {
        try await life.recover()
        try await wiring.store.sweepStaging(olderThan: 0)
        try await recording?.recover()
        for session in try await hosts.interrupted() {
            await hub.setState(session.id.text, .interrupted)
            guard let ingest = session.ingestConnectionID else { continue }
            await hub.giveUpIngest(ingest, in: session.id.text)
        }
    }

    /// The HTTP server.
    func application(onRunning: @escaping @Sendable () -> Void) -> some ApplicationProtocol {
        Application(
            router: api.router(),
            server: .http1WithWebSockets(),
            configuration: .init(
                address: .hostname(wiring.configuration.server.host, port: wiring.configuration.server.port),
                serverName: "porthole"
            ),
            onServerRunning: { _ in onRunning() },
            logger: logger
        )
    }

    /// Everything that runs beside the HTTP server.
    var services: [any Service] {
        let logger = logger
        // Stopped in reverse order: peers stay connected while the last requests are answered.
        return (recording?.services ?? []) + media.services + [viewerEvents].compactMap(\.self) + [
            hub,
            PeriodicService(name: "retention", interval: .seconds(86_400), logger: logger) { [retention] in
                let deleted = try await retention.step { id, error in
                    logger.warning(
                        "recording past its retention not deleted yet",
                        metadata: ["recording": "\(id)", "error": "\(error)"]
                    )
                }
                if deleted > 0 {
                    logger.info("recordings past their retention deleted", metadata: ["count": "\(deleted)"])
                }
            },
            PeriodicService(name: "staging sweep", interval: .seconds(3600), logger: logger) {
                [store = wiring.store] in
                try await store.sweepStaging()
            },
            PeriodicService(name: "mail delivery", interval: .seconds(1), logger: logger) { [delivery] in
                try await delivery.step { id, error in
                    logger.warning("mail not sent", metadata: ["mail": "\(id)", "error": "\(error)"])
                }
            },
            PeriodicService(name: "recording combiner", interval: .seconds(1), logger: logger) { [combiner] in
                var failures = 0
                try await combiner.step { id, error in
                    failures += 1
                    logger.warning(
                        "recording not combined",
                        metadata: ["recording": "\(id)", "error": "\(error)"]
                    )
                }
                // A tool that is missing or a disk that is full is not mended within a second.
                if failures > 0 { try await Task.sleep(for: .seconds(10)) }
            },
            PeriodicService(name: "clips", interval: .seconds(1), logger: logger) { [clips] in
                var failures = 0
                try await clips.step { id, error in
                    failures += 1
                    logger.warning(
                        "clip not made yet",
                        metadata: ["recording": "\(id)", "error": "\(error)"]
                    )
                }
                if failures > 0 { try await Task.sleep(for: .seconds(10)) }
            },
            PeriodicService(name: "session life", interval: .seconds(SessionLife.interval), logger: logger) {
                [life] in
                try await life.step()
            },
        ]
    }

    /// Where media goes from peer to peer, browsers record what the server cannot.
    private static func domain(_ wiring: Wiring, _ media: MediaWiring) -> DomainSettings {
        var domain = wiring.domain
        domain.recordsOnServer = media.isRecording
        let mode = wiring.configuration.recording.mode
        if mode == .server, !media.isRecording { domain.isRecordingEnabled = true }
        return domain
    }

    private static func opener(_ store: DiskObjectStore) -> SignedObjectOpener {
        { key, expires, filename, signature in
            do {
                let object = try await store.open(
                    key: key.text,
                    expires: expires,
                    filename: filename,
                    signature: signature,
                    now: Date()
                )
                return LocalObject(
                    path: object.path,
                    size: object.size,
                    contentType: object.contentType,
                    filename: object.filename
                )
            } catch SignedURLError.badSignature {
                throw DomainError.forbidden("The link's signature is wrong")
            } catch SignedURLError.expired {
                throw DomainError.forbidden("The link has expired: ask for a new one")
            } catch SignedURLError.notFound {
                throw DomainError.notFound
            }
        }
    }

    private static func outbox(_ mailer: LocalOutboxMailer) -> OutboxSource {
        {
            try await mailer.list()
                .map { mail in
                    [
                        "id": .string(mail.id.text),
                        "to": .string(mail.to),
                        "subject": .string(mail.subject),
                        "created_at": .string(mail.createdAt.formatted(.iso8601)),
                        "text": .string(mail.text),
                        "html": .string(mail.html),
                        "links": .array(mail.links.map(JSONValue.string)),
                    ]
                }
        }
    }
}

extension HTTPSettings {
    init(_ configuration: Configuration, links: [ReadyLink]) throws {
        self.init(
            origin: configuration.server.origin,
            webDirectory: try WebDirectory.find(configuration.server.webDirectory),
            version: portholeVersion
        )
        isDevelopment = configuration.environment == .development
        isSecure = configuration.server.isSecure
        allowedOrigins = configuration.limits.allowedOrigins
        allowsLoopbackOrigins = configuration.limits.allowsLoopbackOrigins
        let proxies = configuration.limits.trustedProxies
        isTrustedProxy = { address in proxies.contains { $0.contains(address) } }
        rateLimit = configuration.limits.requests
        rateWindow = Int(configuration.limits.window / .seconds(1))
        chunkUploadsPerMinute = configuration.limits.chunkUploadsPerMinute
        maxChunkBytes = configuration.recording.maximumChunkBytes
        signalingSocketsPerIP = configuration.limits.signalingSocketsPerIP
        allowsAnonymousSignaling = configuration.signaling.allowsAnonymous
        usesWebSocket = configuration.signaling.type == .websocket
        startupMode = configuration.signaling.mode.rawValue
        metricsToken = configuration.logging.metricsToken
        readyLinks = links
    }
}

/// Where the pages are.
enum WebDirectory {
    /// The configured folder, else `Web` beside the program, else `Web` above it (a checkout's build), else here.
    static func find(_ configured: String?) throws -> String {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var candidates = [configured].compactMap(\.self)
        if configured == nil {
            var folder = program.deletingLastPathComponent()
            for _ in 0..<5 {
                candidates.append(folder.appendingPathComponent("Web").path)
                folder.deleteLastPathComponent()
            }
            candidates.append(FileManager.default.currentDirectoryPath + "/Web")
        }
        let isThere = { FileManager.default.fileExists(atPath: $0 + "/index.html") }
        guard let found = candidates.first(where: isThere) else {
            throw StartError("The pages are not found: set WEB_DIR to the folder that holds index.html")
        }
        return found
    }
}
