@testable import Signaling

// Short names, so that the transcripts of the tests read line by line.

let alice = ClientID("alice")
let bob = ClientID("bob")
let carol = ClientID("carol")
let unity = ClientID("unity")

let noon = Timestamp(milliseconds: 1_700_000_000_000)

func id(_ name: String) -> ConnectionID {
    guard let id = ConnectionID(name) else { preconditionFailure("\(name) is an id") }
    return id
}

func candidate(_ text: String) -> ICECandidate {
    ICECandidate(candidate: .string(text), sdpMLineIndex: .integer(0), sdpMid: .string("0"))
}

func after(_ duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return Timestamp(milliseconds: noon.milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
}

func to(_ client: ClientID, _ message: ServerMessage) -> Delivery {
    Delivery(to: client, message)
}

extension PollingAnswer {
    /// The messages of a GET, without the `connect` entries that each poll repeats.
    var news: [ServerMessage] {
        guard case .messages(let items, _, _) = self else { return [] }
        return items.map(\.message).filter { if case .connect = $0 { false } else { true } }
    }

    /// The connection ids that a GET repeats.
    var named: [String] {
        guard case .messages(let items, _, _) = self else { return [] }
        return items.compactMap { if case .connect(let id, _) = $0.message { id.rawValue } else { nil } }
    }
}
