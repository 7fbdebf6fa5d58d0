import Synchronization
import Testing

@testable import Remuxing

@Suite("Turnstile")
struct TurnstileTests {
    private final class Counts: Sendable {
        private let state = Mutex((inside: 0, most: 0, served: 0))
        var most: Int { state.withLock { $0.most } }
        var served: Int { state.withLock { $0.served } }

        func enter() {
            state.withLock {
                $0.inside += 1
                $0.most = max($0.most, $0.inside)
            }
        }

        func leave() {
            state.withLock {
                $0.inside -= 1
                $0.served += 1
            }
        }
    }

    @Test func `lets as many through as it has places, and everybody in the end`() async throws {
        let turnstile = Turnstile(places: 2)
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await turnstile.run {
                        counts.enter()
                        await Task.yield()
                        counts.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.most <= 2)
        #expect(counts.served == 50)
    }

    @Test func `a waiter who is cancelled leaves, and its place stays free`() async throws {
        let turnstile = Turnstile(places: 1)
        try await turnstile.run {
            let wasCancelled = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        try await turnstile.run {}
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
                group.cancelAll()
                return await group.next()
            }
            #expect(wasCancelled == true)
        }
        try await turnstile.run {}
    }
}
