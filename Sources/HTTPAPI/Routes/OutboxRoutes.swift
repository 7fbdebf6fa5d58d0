import Foundation
import HTTPTypes
import Hummingbird
public import PortholeCore

/// Gives the mails that a development server wrote instead of sending, newest first, as JSON objects.
public typealias OutboxSource = @Sendable () async throws -> [JSONValue]

/// `/dev/outbox.json`: what the outbox page shows.
struct OutboxRoutes {
    let outbox: OutboxSource

    func add(to routes: Routes) {
        routes.on(.get, "/dev/outbox.json") { _, _ in .json(["mails": .array(try await outbox())]) }
    }
}
