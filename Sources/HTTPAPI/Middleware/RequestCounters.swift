import HTTPTypes
import NIOConcurrencyHelpers

/// Counts answers by route, method and status, and the time that they took.
final class RequestCounters: Sendable {
    private struct Key: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Entry {
        var count = 0
        var seconds = 0.0
    }

    /// Bounded: routes are templates, methods the nine that there are, statuses ours.
    private let entries = NIOLockedValueBox<[Key: Entry]>([:])

    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .connect, .trace,
    ]

    func count(
        _ method: HTTPRequest.Method,
        _ route: String,
        _ status: HTTPResponse.Status,
        seconds: Double
    ) {
        let method = Self.methods.contains(method) ? method.rawValue : "other"
        let key = Key(route: route, method: method, status: status.code)
        entries.withLockedValue {
            $0[key, default: Entry()].count += 1
            $0[key, default: Entry()].seconds += seconds
        }
    }

    func write(to text: inout MetricsText) {
        let all = entries.withLockedValue { $0 }
            .sorted {
                ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
            }
        for (key, entry) in all {
            let labels = [("route", key.route), ("method", key.method), ("code", String(key.status))]
            text.add("http_requests_total", .counter, "Answers.", Double(entry.count), labels: labels)
        }
        for (key, entry) in all {
            let labels = [("route", key.route), ("method", key.method), ("code", String(key.status))]
            text.add(
                "http_request_seconds_total",
                .counter,
                "Time until the answer began.",
                entry.seconds,
                labels: labels
            )
        }
    }
}
