public import Hummingbird
public import PortholeCore

/// The use cases and ports that the HTTP surface serves.
public struct APIServices: Sendable {
    /// Sessions.
    public var sessions: Sessions
    /// Viewers.
    public var viewers: Viewers
    /// Recordings.
    public var recordings: Recordings
    /// Moments that are saved.
    public var clips: RecordingClips
    /// Chunk uploads.
    public var receiver: ChunkReceiver
    /// Watch links.
    public var links: WatchLinks
    /// Guardians, consent, erasure.
    public var children: Children
    /// Cookies and tokens.
    public var logins: PageLogins
    /// The server's own tokens.
    public var tokens: any OwnTokens
    /// Where uploads are staged.
    public var store: any ObjectStore
    /// STUN and TURN.
    public var ice: any ICEServerSource
    /// How the server is.
    public var health: any HealthSource
    /// Opens signed URLs; `nil` where another machine does.
    public var openObject: SignedObjectOpener?
    /// The development outbox; `nil` where mails really go out.
    public var outbox: OutboxSource?
    /// The domain's settings.
    public var domain: DomainSettings

    /// Makes the set.
    public init(
        sessions: Sessions,
        viewers: Viewers,
        recordings: Recordings,
        clips: RecordingClips,
        receiver: ChunkReceiver,
        links: WatchLinks,
        children: Children,
        logins: PageLogins,
        tokens: any OwnTokens,
        store: any ObjectStore,
        ice: any ICEServerSource,
        health: any HealthSource,
        openObject: SignedObjectOpener?,
        outbox: OutboxSource?,
        domain: DomainSettings
    ) {
        self.sessions = sessions
        self.viewers = viewers
        self.recordings = recordings
        self.clips = clips
        self.receiver = receiver
        self.links = links
        self.children = children
        self.logins = logins
        self.tokens = tokens
        self.store = store
        self.ice = ice
        self.health = health
        self.openObject = openObject
        self.outbox = outbox
        self.domain = domain
    }
}

/// The whole HTTP surface: routes and what surrounds them.
public struct API: Sendable {
    let settings: HTTPSettings
    let services: APIServices
    let signaling: SignalingRoutes
    let media: MediaRoutes

    /// Makes the surface.
    public init(
        settings: HTTPSettings,
        services: APIServices,
        signaling: SignalingRoutes,
        media: MediaRoutes
    ) {
        self.settings = settings
        self.services = services
        self.signaling = signaling
        self.media = media
    }

    /// The router with all routes.
    public func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        let table = RouteTable()
        let counters = RequestCounters()
        let origins = Origins(settings: settings)
        let files = WebFiles(directory: settings.webDirectory)
        router.add(middleware: RequestLog(settings: settings, routes: table, counters: counters))
        router.add(middleware: CORS(origins: origins, routes: table))
        router.add(middleware: ErrorAnswers(settings: settings, routes: table, files: files))
        router.add(middleware: UpgradePaths())
        router.add(middleware: Authenticator(logins: services.logins, origins: origins))
        router.add(middleware: RateLimits(settings))
        let routes = Routes(router: router, table: table)
        addRoutes(routes, origins: origins, files: files)
        addMediaRoutes(routes, counters: counters)
        return router
    }

    private func addMediaRoutes(_ routes: Routes, counters: RequestCounters) {
        media.add(to: routes)
        SessionMediaRoutes(
            sessions: services.sessions,
            media: media.media,
            hub: signaling.hub,
            settings: settings
        )
        .add(to: routes)
        MetricsRoutes(
            settings: settings,
            requests: counters,
            hub: signaling.hub,
            health: services.health,
            media: media.media
        )
        .add(to: routes)
    }

    private func addRoutes(_ routes: Routes, origins: Origins, files: WebFiles) {
        let pages = PageRoutes(files: files, settings: settings)
        SessionRoutes(
            sessions: services.sessions,
            viewers: services.viewers,
            recordings: services.recordings,
            tokens: services.tokens,
            ice: services.ice,
            signaling: signaling,
            domain: services.domain
        )
        .add(to: routes)
        RecordingRoutes(
            recordings: services.recordings,
            clips: services.clips,
            receiver: services.receiver,
            store: services.store,
            maximumChunkBytes: Int64(settings.maxChunkBytes)
        )
        .add(to: routes)
        AuthRoutes(logins: services.logins, origins: origins, settings: settings).add(to: routes)
        FamilyRoutes(links: services.links, children: services.children).add(to: routes)
        HealthRoutes(health: services.health, settings: settings).add(to: routes)
        ConfigRoutes(ice: services.ice, files: files, settings: settings).add(to: routes)
        UnsubscribeRoutes(children: services.children, files: files, settings: settings).add(to: routes)
        if let open = services.openObject { ObjectRoutes(open: open).add(to: routes) }
        if settings.isDevelopment, let outbox = services.outbox {
            OutboxRoutes(outbox: outbox).add(to: routes)
        }
        pages.add(to: routes)
        signaling.add(to: routes, origins: origins, home: pages.home)
    }
}
