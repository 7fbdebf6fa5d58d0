import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers
import NIOCore
import NIOFoundationCompat
import NIOPosix
import PortholeCore

/// The files of the pages, from disk, with ETags.
final class WebFiles: Sendable {
    /// Larger files do not belong among the pages.
    private static let maximumSize = 4 * 1024 * 1024

    private struct Entry {
        var modified: Date
        var buffer: ByteBuffer
        var tag: String
    }

    private let directory: String
    private let entries = NIOLockedValueBox<[String: Entry]>([:])

    init(directory: String) {
        self.directory = directory
    }

    /// Answers with a file.
    ///
    /// - Parameter path: Below the pages' folder, without a leading slash.
    /// - Throws: ``DomainError/notFound`` for names that are none.
    func response(
        for path: String,
        _ request: Request,
        _ context: APIContext,
        headers extra: HTTPFields = HTTPFields()
    ) async throws -> Response {
        // The rules of object keys are those of our file names: no "..", nothing hidden.
        guard let key = ObjectKey(path), !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
            let type = Self.contentTypes[path.split(separator: ".").last.map(String.init) ?? ""]
        else { throw DomainError.notFound }
        let entry = try await NIOThreadPool.singleton.runIfActive { try self.entry(key.text) }
        var headers = extra
        headers[.contentType] = type
        headers[.eTag] = entry.tag
        headers[.cacheControl] = "no-cache"
        if request.knows(entry.tag) {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: entry.buffer))
    }

    private func entry(_ path: String) throws -> Entry {
        let full = directory + "/" + path
        // A symbolic link could lead out of the folder.
        guard Self.realPath(full) == Self.realPath(directory).map({ $0 + "/" + path }),
            let attributes = try? FileManager.default.attributesOfItem(atPath: full),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let modified = attributes[.modificationDate] as? Date,
            let size = attributes[.size] as? Int, size <= Self.maximumSize
        else { throw DomainError.notFound }
        if let known = entries.withLockedValue({ $0[path] }), known.modified == modified { return known }
        let data = try Data(contentsOf: URL(fileURLWithPath: full))
        let digest = SHA256.hash(data: data).prefix(12)
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let entry = Entry(modified: modified, buffer: ByteBuffer(data: data), tag: "\"\(digest.joined())\"")
        entries.withLockedValue { $0[path] = entry }
        return entry
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Only these are served.
    private static let contentTypes = [
        "html": "text/html; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "js": "application/javascript; charset=utf-8",
        "json": "application/json; charset=utf-8",
        "svg": "image/svg+xml",
        "png": "image/png",
        "ico": "image/x-icon",
        "webmanifest": "application/manifest+json",
        "yaml": "application/yaml; charset=utf-8",
    ]
}
