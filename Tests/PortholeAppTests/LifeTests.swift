import Foundation
import Logging
import Persistence
import ServiceLifecycle
import Synchronization
import Testing

@testable import PortholeApp

@Suite("Start and end of a server")
struct LifeTests {
    @Test(.timeLimit(.minutes(1)))
    func `a graceful shutdown ends the server and everything beside it`() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let logs = LogCollector()
        let configuration = try TestServer.configuration(dataDirectory: directory.path)
        let wiring = try Wiring(configuration, logger: logs.logger)
        _ = try await wiring.database.migrate()
        let assembly = try Assembly(wiring, links: [], media: .without, logger: logs.logger)
        try await assembly.prepare()
        let (running, started) = AsyncStream.makeStream(of: Void.self)
        var services: [any Service] = assembly.services
        services.append(assembly.application { started.finish() })
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0) }, logger: logs.logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in running {}
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try wiring.database.close()
    }

    // MARK: Rounds

    @Test(.timeLimit(.minutes(1)))
    func `a round that fails is logged and tried again`() async {
        let logs = LogCollector()
        let rounds = Mutex(0)
        let (succeeded, done) = AsyncStream.makeStream(of: Void.self)
        let service = PeriodicService(name: "sweep", interval: .milliseconds(1), logger: logs.logger) {
            let round = rounds.withLock { rounds in
                rounds += 1
                return rounds
            }
            guard round > 2 else { throw StartError("the disk hiccups") }
            done.finish()
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            for await _ in succeeded {}
            group.cancelAll()
        }
        let failures = logs.lines.filter {
            $0.contains("sweep failed; will try again") && $0.contains("hiccups")
        }
        #expect(failures.count == 2)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a service that is cancelled ends at once however long its interval`() async {
        let (stepped, done) = AsyncStream.makeStream(of: Void.self)
        let service = PeriodicService(name: "x", interval: .seconds(3600), logger: LogCollector().logger) {
            done.finish()
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            for await _ in stepped {}
            group.cancelAll()
        }
    }

    // MARK: Folder

    @Test func `a folder is of one server at a time, for its user only`() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let path = directory.path + "/a/data"
        var first: DataDirectory? = try DataDirectory(path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let refusal = #expect(throws: StartError.self) { _ = try DataDirectory(path) }
        #expect(refusal?.description.hasPrefix("Another server uses DATA_DIR \(path): ") == true)
        #expect(first?.databasePath == path + "/porthole.sqlite")
        first = nil
        _ = try DataDirectory(path)
    }

    @Test func `a folder that cannot be is refused with advice`() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let file = directory.path + "/file"
        try Data().write(to: URL(filePath: file))
        for path in [file, file + "/data"] {
            let refusal = #expect(throws: StartError.self) { _ = try DataDirectory(path) }
            #expect(refusal?.description.contains("check its") == true)
        }
    }

    // MARK: Port

    @Test func `a free port is found and stays the one that was asked for`() throws {
        let port = try ListeningPort.find(host: "127.0.0.1", port: 0)
        #expect((1024...65535).contains(port))
        #expect(try ListeningPort.find(host: "localhost", port: port) == port)
    }

    @Test func `a port that is taken is refused with advice`() throws {
        let taken = try ListeningSocket()
        let refusal = #expect(throws: StartError.self) {
            _ = try ListeningPort.find(host: "127.0.0.1", port: taken.port)
        }
        #expect(refusal?.description.hasPrefix("Port \(taken.port) is taken: ") == true)
    }

    @Test func `an address of another machine is refused`() {
        let refusal = #expect(throws: StartError.self) {
            _ = try ListeningPort.find(host: "192.0.2.1", port: 0)
        }
        #expect(refusal?.description.contains("cannot be listened on") == true)
    }

    @Test func `any free port needs an address that can be tried`() throws {
        #expect(throws: StartError.self) { _ = try ListeningPort.find(host: "some.name", port: 0) }
        #expect(try ListeningPort.find(host: "::1", port: 8080) == 8080)
    }
}

/// A socket that listens on a port of this machine as long as it lives.
private final class ListeningSocket {
    let port: Int
    private let descriptor: Int32

    init() throws {
        port = try ListeningPort.find(host: "127.0.0.1", port: 0)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let descriptor = descriptor
        let isListening = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    && listen(descriptor, 1) == 0
            }
        }
        guard isListening else { throw StartError("port \(port) cannot be listened on") }
    }

    deinit { close(descriptor) }
}
