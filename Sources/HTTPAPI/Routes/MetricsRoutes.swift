import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PortholeCore

/// `/metrics`: figures in Prometheus's text format, for a token, or for this machine alone where there is none.
///
/// Nothing in them names a session, a person or an address.
struct MetricsRoutes {
    let settings: HTTPSettings
    let requests: RequestCounters
    let hub: SignalingHub
    let health: any HealthSource
    let media: (any MediaControl)?

    func add(to routes: Routes) {
        routes.on(.get, "/metrics") { request, context in
            try authorize(request, context)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store",
                ],
                body: .init(byteBuffer: ByteBuffer(string: await text()))
            )
        }
    }

    private func authorize(_ request: Request, _ context: APIContext) throws {
        guard let token = settings.metricsToken else {
            // A proxy on this machine that nobody told us of must not open it to the world.
            let isForwarded = request.headers.contains(.forwardedFor) || request.headers.contains(.realIP)
            let isLocal = Self.isLoopback(context.clientAddress) && Self.isLoopback(context.peerAddress)
            guard isLocal || context.peerAddress == Self.withoutNetwork, !isForwarded else {
                throw DomainError.notFound
            }
            return
        }
        guard case .token(let given) = context.authentication.credential else {
            throw DomainError.unauthenticated(.missing)
        }
        // Of digests, so that the time it takes tells nothing of the token, not even its length.
        guard SHA256.hash(data: Data(given.utf8)) == SHA256.hash(data: Data(token.utf8)) else {
            throw DomainError.unauthenticated(.invalid(reason: nil))
        }
    }

    /// What stands for the address of a request that came by no network: a test's.
    private static let withoutNetwork = "unknown"

    private static func isLoopback(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.")
    }

    private func text() async -> String {
        var text = MetricsText()
        let report = await health.report()
        text.add("uptime_seconds", .gauge, "Seconds since the start.", report.uptime)
        for (part, check) in report.checks.sorted(by: { $0.key < $1.key }) where check.status != .off {
            text.add(
                "healthy",
                .gauge,
                "Whether a part is well.",
                check.status == .ok ? 1 : 0,
                labels: [("part", part)]
            )
        }
        requests.write(to: &text)
        let figures = await hub.figures()
        text.add("sessions_hosted", .gauge, "Sessions whose headset is there.", Double(figures.hosted))
        text.add("sessions_watched", .gauge, "Sessions that somebody watches.", Double(figures.watched))
        text.add("viewers", .gauge, "People who watch, in all sessions.", Double(figures.viewers))
        text.add("signaling_clients", .gauge, "Sockets and polling clients.", Double(figures.clients))
        guard let media else { return text.text }
        let totals = await media.totals()
        text.add("media_rooms", .gauge, "Rooms of the media plane.", Double(totals.rooms))
        text.add("media_publishers", .gauge, "Connected publishers.", Double(totals.publishers))
        text.add("media_viewers", .gauge, "Connected viewers.", Double(totals.viewers))
        text.add("media_recordings", .gauge, "Recordings being written.", Double(totals.recordings))
        for (name, value) in totals.counters.sorted(by: { $0.key < $1.key }) {
            text.add("media_\(name)_total", .counter, "Counter of the media plane.", Double(value))
        }
        return text.text
    }
}

/// Prometheus's text format, version 0.0.4.
struct MetricsText {
    enum Kind: String { case counter, gauge }

    private(set) var text = ""
    private var lastName = ""

    /// Adds a sample; those of one name follow each other.
    mutating func add(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ value: Double,
        labels: [(name: String, value: String)] = []
    ) {
        let name = "porthole_" + String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if name != lastName { text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" }
        lastName = name
        let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        text += "\(name)\(pairs.isEmpty ? "" : "{\(pairs)}") \(number)\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
