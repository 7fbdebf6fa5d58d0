import Foundation
import Synchronization
import Testing

@testable import HTTPAPI
@testable import Signaling

/// A socket that keeps what it is sent.
final class FakeSocket: SignalingSocket {
    enum Output: Equatable {
        case sent(String)
        case closed(Int, String)
    }

    private let outputs = Mutex<[Output]>([])

    func send(_ text: String) {
        outputs.withLock { $0.append(.sent(text)) }
    }

    func close(_ code: WebSocketCloseCode, reason: String) {
        outputs.withLock { $0.append(.closed(Int(code.rawValue), reason)) }
    }

    /// What came since the last call.
    func take() -> [Output] {
        outputs.withLock { outputs in
            defer { outputs = [] }
            return outputs
        }
    }

    /// Lets what was taken be taken again, before what came since.
    func putBack(_ taken: some Collection<Output>) {
        outputs.withLock { $0.insert(contentsOf: taken, at: 0) }
    }

    /// The types of the messages that came since the last call; `closed` for a close.
    func takeTypes() throws -> [String] {
        try take()
            .map { output in
                guard case .sent(let text) = output else { return "closed" }
                guard
                    case .object(let members) = try JSONDecoder()
                        .decode(JSONValue.self, from: Data(text.utf8))
                else {
                    return "no object"
                }
                return members["type"]?.stringValue ?? "no type"
            }
    }
}

/// A domain that writes down what it hears and numbers viewers.
actor FakeEvents: SignalingEvents {
    private(set) var heard: [String] = []
    private var count = 0

    func hostConnected(sessionID: String) {
        heard.append("host connected to \(sessionID)")
    }

    func hostLost(sessionID: String) {
        heard.append("host of \(sessionID) lost")
    }

    func ingestBegan(_ connectionID: String, sessionID: String) {
        heard.append("ingest of \(sessionID) began")
    }

    func viewerJoined(_ viewer: SignalingGrant, sessionID: String) -> String? {
        count += 1
        heard.append("\(viewer.principalID) joined \(sessionID) as v\(count)")
        return "v\(count)"
    }

    func viewerLeft(viewerID: String, sessionID: String) {
        heard.append("\(viewerID) left \(sessionID)")
    }
}

/// Time that passes when told to.
final class FakeClock: Sendable {
    private let date = Mutex(Date(timeIntervalSince1970: 1_700_000_000))

    var now: Date { date.withLock { $0 } }

    func advance(by seconds: TimeInterval) {
        date.withLock { $0 += seconds }
    }
}

/// A hub with doubles around it, and short words for what comes in.
struct HubFixture {
    let events = FakeEvents()
    let clock = FakeClock()
    let hub: SignalingHub

    init(mode: StockMode = .public) {
        hub = SignalingHub(mode: mode, events: events, now: { [clock] in clock.now })
    }

    static func viewer(
        _ name: String,
        link: String? = nil,
        mayRecord: Bool = false,
        expiresAt: Date? = nil
    ) -> SignalingGrant {
        SignalingGrant(
            sessionID: "s",
            role: .viewer,
            principalID: name,
            grantID: link,
            expiresAt: expiresAt,
            displayName: name,
            mayRecord: mayRecord
        )
    }

    static let host = SignalingGrant(sessionID: "s", role: .host, principalID: "child")

    /// A socket that is in its room.
    func connect(
        _ name: String,
        _ grant: SignalingGrant?,
        subprotocol: String? = nil,
        wantsToRecord: Bool = true
    ) async -> FakeSocket {
        let socket = FakeSocket()
        await hub.wait(ClientID(name), socket)
        await hub.admit(ClientID(name), grant, subprotocol: subprotocol, recording: wantsToRecord)
        return socket
    }

    func say(_ text: String, _ name: String, _ socket: FakeSocket) async {
        await hub.receive(text, from: ClientID(name), socket)
    }

    func offer(_ id: String, _ name: String, _ socket: FakeSocket) async {
        await say(#"{"type":"connect","connectionId":"\#(id)"}"#, name, socket)
        await say(
            #"{"type":"offer","from":"\#(id)","data":{"connectionId":"\#(id)","sdp":"o"}}"#,
            name,
            socket
        )
    }

    /// Lets the domain hear of all that has happened; nothing more can be told to it then.
    func tellDomain() async -> [String] {
        hub.queue.finish()
        await hub.tellDomain()
        return await events.heard
    }
}
