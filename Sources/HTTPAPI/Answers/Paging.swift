import Foundation
import HTTPTypes
import Hummingbird
import PortholeCore

/// `limit` and `cursor` of a list, and the way to its next page.
struct Paging {
    static let defaultLimit = 20
    static let maximumLimit = 100

    let limit: Int
    let cursor: PageCursor?

    init(_ request: Request) throws {
        let query = request.uri.queryParameters
        if let text = query["limit"] {
            guard let limit = Int(text), (1...Self.maximumLimit).contains(limit) else {
                throw DomainError.malformed("limit must be 1 to \(Self.maximumLimit)")
            }
            self.limit = limit
        } else {
            limit = Self.defaultLimit
        }
        cursor = try query["cursor"]
            .map { text in
                guard let cursor = PageCursor(opaque: String(text)) else {
                    throw DomainError.malformed("cursor is not one that this server gave")
                }
                return cursor
            }
    }

    /// The answer of a list: one row more than `limit` was asked for, to know whether more follow.
    func answer(
        _ name: String,
        _ rows: [(cursor: PageCursor, value: JSONValue)],
        path: String,
        extra: [(String, String)] = []
    ) -> Response {
        let page = rows.prefix(limit)
        let next = rows.count > limit ? page.last?.cursor.opaque : nil
        var headers = HTTPFields()
        if let next {
            var query = URLComponents()
            query.queryItems =
                extra.map { URLQueryItem(name: $0.0, value: $0.1) }
                + [
                    URLQueryItem(name: "limit", value: String(limit)),
                    URLQueryItem(name: "cursor", value: next),
                ]
            headers[.link] = "<\(path)?\(query.percentEncodedQuery ?? "")>; rel=\"next\""
        }
        return .json([name: .array(page.map(\.value)), "next_cursor": .text(next)], headers: headers)
    }
}

extension PageCursor {
    /// Base64url of `microseconds:id`.
    var opaque: String {
        let micros = Int64((createdAt.timeIntervalSince1970 * 1_000_000).rounded())
        return Data("\(micros):\(id)".utf8).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    init?(opaque: String) {
        guard opaque.utf8.count <= 128 else { return nil }
        var base64 = opaque.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64), let text = String(data: data, encoding: .utf8) else {
            return nil
        }
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let micros = Int64(parts[0]), let id = SessionID(parts[1]) else { return nil }
        self.init(createdAt: Date(timeIntervalSince1970: Double(micros) / 1_000_000), id: id.text)
    }
}
