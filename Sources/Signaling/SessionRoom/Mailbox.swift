/// What waits for one polling client.
struct Mailbox: Sendable {
    /// The most messages that wait, and the most bytes; the oldest give way, as clients re-send what is not answered.
    static let maximumItems = 256
    static let maximumBytes = 1024 * 1024

    private var items: [PollingAnswer.Item] = []
    private var size = 0
    private var lastRead: Timestamp?

    /// Adds a message; what it makes pointless goes: an older offer or answer, all of a connection that is over.
    mutating func append(_ message: ServerMessage, at now: Timestamp) {
        items.removeAll { $0.message.isSuperseded(by: message) }
        // Never before the last read: were the clock set back, the client would ask past this message.
        items.append(PollingAnswer.Item(message, at: max(now, lastRead ?? now)))
        size = items.reduce(0) { $0 + $1.message.size }
        while items.count > Self.maximumItems || size > Self.maximumBytes {
            size -= items.removeFirst().message.size
        }
    }

    /// The messages since `from`, itself included, and forgets those before: the client has read them.
    ///
    /// A client whose clock is ahead of ours still gets all that was added after its last read.
    mutating func read(from: Timestamp?, at now: Timestamp) -> [PollingAnswer.Item] {
        defer { lastRead = now }
        guard let from, let lastRead else { return items }
        items.removeAll { $0.time < min(from, lastRead) }
        return items
    }

    /// The messages since `from`, itself included, with nothing forgotten.
    func peek(from: Timestamp?) -> [PollingAnswer.Item] {
        items.filter { item in from.map { item.time >= $0 } ?? true }
    }
}

extension ServerMessage {
    /// Whether a later message leaves nothing to do about this one.
    func isSuperseded(by later: ServerMessage) -> Bool {
        switch (self, later) {
        case (.offer(let id, _, _), .offer(let laterID, _, _)): id == laterID
        case (.answer(let id, _), .answer(let laterID, _)): id == laterID
        case (_, .disconnect(let laterID)): connectionID == laterID
        default: false
        }
    }

    private var connectionID: ConnectionID? {
        switch self {
        case .connect(let id, _), .disconnect(let id), .offer(let id, _, _), .answer(let id, _): id
        case .candidate(let id, _): id
        case .error: nil
        }
    }
}
