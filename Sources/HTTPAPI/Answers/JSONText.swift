import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat
import PortholeCore

/// JSON in and out.
enum JSONText {
    /// The largest JSON body, bytes.
    static let maximumBodySize = 64 * 1024

    static func buffer(of value: JSONValue) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        // Our own values hold neither NaN nor infinities: `number` refuses them.
        guard let data = try? encoder.encode(value) else { preconditionFailure("JSON values encode") }
        return ByteBuffer(data: data)
    }
}

extension JSONValue {
    /// RFC 3339 in UTC with milliseconds, or null.
    static func time(_ date: Date?) -> JSONValue {
        guard let date else { return .null }
        return .string(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    static func text(_ text: String?) -> JSONValue {
        text.map(JSONValue.string) ?? .null
    }

    static func number(_ number: some BinaryInteger) -> JSONValue {
        .number(Double(number))
    }

    static func number(_ number: (some BinaryInteger)?) -> JSONValue {
        number.map { .number(Double($0)) } ?? .null
    }

    static func seconds(_ seconds: Double?) -> JSONValue {
        guard let seconds, seconds.isFinite else { return .null }
        return .number((seconds * 1000).rounded() / 1000)
    }

    /// Adds or replaces members of an object.
    func merging(_ members: [String: JSONValue]) -> JSONValue {
        guard case .object(let object) = self else { return self }
        return .object(object.merging(members) { $1 })
    }
}

extension Response {
    /// A JSON answer that nobody may cache.
    static func json(
        _ value: JSONValue,
        status: HTTPResponse.Status = .ok,
        headers extra: HTTPFields = HTTPFields()
    ) -> Response {
        var headers = extra
        headers[.contentType] = "application/json; charset=utf-8"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "private, no-store" }
        return Response(status: status, headers: headers, body: .init(byteBuffer: JSONText.buffer(of: value)))
    }
}

extension Request {
    /// Reads a JSON body.
    ///
    /// - Parameter isOptional: Whether no body at all reads as `{}`.
    /// - Throws: ``DomainError``: 413, 415 or 400.
    func json<Value: Decodable>(_: Value.Type = Value.self, isOptional: Bool = false) async throws -> Value {
        let buffer = try await body(upTo: JSONText.maximumBodySize)
        if buffer.readableBytes == 0, isOptional { return try Self.decode(ByteBuffer(string: "{}")) }
        if let contentType = headers[.contentType] {
            let essence = contentType.split(separator: ";").first?.trimmingCharacters(in: .whitespaces)
                .lowercased()
            guard essence == "application/json" else {
                throw DomainError.unsupportedMediaType("The body must be application/json")
            }
        }
        return try Self.decode(buffer)
    }

    /// The whole body, refused before it is read when it says that it is too large.
    func body(upTo limit: Int) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw DomainError.tooLarge("The body is at most \(limit) bytes")
        }
        return try await body.collect(upTo: limit)
    }

    private static func decode<Value: Decodable>(_ buffer: ByteBuffer) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(buffer: buffer))
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            throw DomainError.malformed("The body is not valid JSON")
        } catch let error as DecodingError {
            throw DomainError.malformed("The body does not have the right shape: \(error.place)")
        }
    }
}

extension DecodingError {
    /// Which member is wrong, without its value.
    fileprivate var place: String {
        let (path, what): ([any CodingKey], String) =
            switch self {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is missing")
            case .valueNotFound(_, let context): (context.codingPath, "must not be null")
            case .typeMismatch(_, let context): (context.codingPath, "has the wrong type")
            case .dataCorrupted(let context): (context.codingPath, "is not valid")
            @unknown default: ([], "cannot be read")
            }
        let name = path.map(\.stringValue).joined(separator: ".")
        // The client's own words come back shortened and plain.
        return String(name.prefix(64).filter { $0.isASCII && !$0.isNewline }) + " " + what
    }
}
