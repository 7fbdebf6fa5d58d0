import Glibc
import Logging
import MediaPlane
import PortholeCore
import RTP
import Synchronization
import Testing
import WebRTC

/// A media plane on free ports of the loopback interface, and the clients that a test drives.
final class Stage {
    let plane: MediaPlane
    let log = EventLog()
    private(set) var clients: [TestClient] = []

    init(_ change: (inout MediaPlaneConfiguration) -> Void = { _ in }) throws {
        var configuration = MediaPlaneConfiguration()
        configuration.udpPort = 0
        configuration.tcpPort = 0
        configuration.announced = [.init(ip: "127.0.0.1")]
        change(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        plane = try MediaPlane(configuration: configuration, logger: logger)
        let events = plane.events()
        Task(executorPreference: OwnThread()) { [log] in
            for await event in events { log.add(event) }
        }
    }

    /// Negotiates, and begins to connect.
    @discardableResult
    func open(
        _ role: MediaGrant.Role,
        _ room: String = "room",
        as principal: String = "somebody",
        over transport: TestSocket.Transport = .udp,
        change: (inout MediaGrant) -> Void = { _ in }
    ) async throws -> TestClient {
        var grant = MediaGrant(room: MediaRoomID(room), role: role, principalID: principal)
        change(&grant)
        let client = try TestClient(grant)
        let answer = try await plane.open(grant, offer: client.offer.text)
        try client.begin(answer, over: transport)
        clients.append(client)
        return client
    }

    /// A publisher whose media arrives.
    func publish(
        _ room: String = "room",
        over transport: TestSocket.Transport = .udp
    ) async throws -> TestClient {
        let publisher = try await open(.publisher, room, over: transport)
        try await expect("a publisher is heard") {
            self.log.has(.publisherConnected(MediaRoomID(room), publisher.resource))
        }
        return publisher
    }

    /// A viewer that gets what this publisher sends.
    func watch(
        _ publisher: TestClient,
        _ room: String = "room",
        as principal: String = "somebody",
        over transport: TestSocket.Transport = .udp,
        change: (inout MediaGrant) -> Void = { _ in }
    ) async throws -> TestClient {
        let viewer = try await open(.viewer, room, as: principal, over: transport, change: change)
        try await expect("a viewer gets frames") { viewer.frames(of: publisher).count >= 5 }
        return viewer
    }

    /// Drives all clients until something is true, which it has to be in time.
    func expect(
        _ what: Comment,
        within limit: Duration = .seconds(20),
        at location: SourceLocation = #_sourceLocation,
        _ isTrue: () async -> Bool
    ) async throws {
        let isMet = await drive(for: limit, until: isTrue)
        try #require(isMet, what, sourceLocation: location)
    }

    /// Drives all clients for a while, or until something is true; whether it was.
    @discardableResult
    func drive(for limit: Duration, until isTrue: () async -> Bool = { false }) async -> Bool {
        let end = MonotonicTime.current + limit
        repeat {
            if await isTrue() { return true }
            // Lets those run who gather events: this loop blocks its thread.
            await Task.yield()
            var waiting = clients.compactMap { client in
                client.socket.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            }
            _ = poll(&waiting, nfds_t(waiting.count), 5)
            let now = MonotonicTime.current
            for client in clients { client.turn(at: now) }
        } while MonotonicTime.current < end
        return await isTrue()
    }

    func counter(_ name: String) async -> UInt64 { await plane.totals().counters[name, default: 0] }

    func finish() async { await plane.stop() }
}

/// What the media plane has told.
final class EventLog: Sendable {
    private let events = Mutex<[MediaEvent]>([])

    func add(_ event: MediaEvent) { events.withLock { $0.append(event) } }

    func has(_ event: MediaEvent) -> Bool { events.withLock { $0.contains(event) } }

    func count(_ event: MediaEvent) -> Int { events.withLock { $0.count { $0 == event } } }
}
