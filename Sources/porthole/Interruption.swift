import Dispatch
import Foundation

/// Runs something that ends when its task is cancelled, and cancels it on ^C and SIGTERM.
func untilInterrupted<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    let sources = [SIGINT, SIGTERM]
        .map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
    defer { for source in sources { source.cancel() } }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            for await _ in signals { break }
            return nil
        }
        var result: Result?
        while let ended = try await group.next() {
            group.cancelAll()
            if let ended { result = ended }
        }
        guard let result else { throw CancellationError() }
        return result
    }
}
