import Foundation
import Notifications
import Testing

/// A mail server by other hands (aiosmtpd), for one test.
final class SMTPPeer: Sendable {
    /// A mail as the server got it.
    struct Received: Decodable {
        let from: String
        let to: [String]
        let message: String
        let subject: String
        let recipient: String
        let text: String
        let html: String
        let tls: Bool
        let authenticated: Bool
        let client: String
    }

    /// The Python that has aiosmtpd, set by `script/test`.
    static let python = ProcessInfo.processInfo.environment["PORTHOLE_TEST_PYTHON"]

    let port: Int
    var caFile: String { directory.path + "/ca.pem" }
    private let directory: TemporaryDirectory
    private let process: Process
    private let input: Pipe

    init(_ mode: String, login: [String] = []) throws {
        directory = try TemporaryDirectory()
        process = Process()
        input = Pipe()
        let output = Pipe()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Peers/smtp_peer.py"
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = [script, directory.path, mode] + login
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "no mail server")
    }

    deinit {
        // SIGTERM would wait for ever: children of Swift's threads begin with it blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        directory.remove()
    }

    func endpoint(
        _ security: SMTPEndpoint.Security,
        host: String = "127.0.0.1",
        login: [String] = []
    ) -> SMTPEndpoint {
        SMTPEndpoint(host: host, port: port, security: security, username: login.first, password: login.last)
    }

    /// The mails so far, in order.
    func received() throws -> [Received] {
        try (1...).lazy.map { URL(fileURLWithPath: "\(self.directory.path)/\($0).json") }
            .prefix { FileManager.default.fileExists(atPath: $0.path) }
            .map { try JSONDecoder().decode(Received.self, from: Data(contentsOf: $0)) }
    }
}
