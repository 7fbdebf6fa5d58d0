import HummingbirdCore

/// The messages a peer sends, in order; ends when either side closes.
struct WebSocketInbound: AsyncSequence, Sendable {
    typealias Element = WebSocketMessage

    let body: RequestBody

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator

        // Concurrent, as the iterator below is: it cannot be lent across isolations.
        @concurrent
        mutating func next() async throws -> WebSocketMessage? {
            while let buffer = try await base.next() {
                if case .message(let message) = WebSocketPart(decoding: buffer) { return message }
            }
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: body.makeAsyncIterator())
    }
}
