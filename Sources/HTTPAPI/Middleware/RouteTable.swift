import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers

/// Which methods each path takes, for 405, `Allow` and preflights.
final class RouteTable: Sendable {
    private let entries = NIOLockedValueBox<
        [(path: String, segments: [Substring], method: HTTPRequest.Method)]
    >([])

    func add(_ method: HTTPRequest.Method, _ path: String) {
        entries.withLockedValue { $0.append((path, path.split(separator: "/"), method)) }
    }

    /// The methods of the path's route; empty when there is none.
    func methods(for path: String) -> [HTTPRequest.Method] {
        let matching = entries(for: path)
        let methods = matching.filter { $0.path == Self.best(of: matching.map(\.path)) }.map(\.method)
        return methods.contains(.get) && !methods.contains(.head) ? methods + [.head] : methods
    }

    /// The template of the route that answers the request.
    func template(of request: Request) -> String? {
        let method = request.method == .head ? .get : request.method
        return Self.best(of: entries(for: request.uri.path).filter { $0.method == method }.map(\.path))
    }

    private func entries(for path: String) -> [(path: String, method: HTTPRequest.Method)] {
        let wanted = path.split(separator: "/")
        return entries.withLockedValue { entries in
            entries.filter { Self.matches($0.segments, wanted) }.map { ($0.path, $0.method) }
        }
    }

    /// Routes without parameters win, as in the router.
    private static func best(of paths: [String]) -> String? {
        paths.first { !$0.contains("{") } ?? paths.first
    }

    private static func matches(_ route: [Substring], _ path: [Substring]) -> Bool {
        for (index, segment) in route.enumerated() {
            if segment == "**" { return path.count > index }
            guard index < path.count, segment.hasPrefix("{") || segment == path[index] else { return false }
        }
        return route.count == path.count
    }
}

/// A router that remembers its routes.
struct Routes {
    let router: Router<APIContext>
    let table: RouteTable

    func on(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ handler: @escaping @Sendable (Request, APIContext) async throws -> Response
    ) {
        table.add(method, path)
        router.on(RouterPath(path), method: method, use: handler)
    }
}
