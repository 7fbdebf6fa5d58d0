import Foundation
import Hummingbird
import PortholeCore

/// Reads the form of `POST /api/recordings/upload` as it comes in.
struct UploadForm {
    /// Bytes of one text field.
    private static let maximumFieldSize = 1024

    private var fields: [String: [UInt8]] = [:]
    private var staged: StagedUpload?
    private var mimeType: String?
    private var fileIsWhole = false

    /// Reads the whole body; the file goes into the store's staging area.
    ///
    /// - Parameter admit: Asked before the first byte of the file is kept, when the session is known by then.
    static func read(
        _ request: Request,
        store: any ObjectStore,
        limit: Int64,
        admit: @Sendable (SessionID) async throws -> Void
    ) async throws -> (ChunkUpload, StagedFile) {
        guard let contentType = request.headers[.contentType],
            let boundary = MultipartParser.boundary(in: contentType),
            var parser = MultipartParser(boundary: boundary)
        else { throw DomainError.unsupportedMediaType("The body must be multipart/form-data") }
        // The form around the file takes little: a body that says it is larger is refused unread.
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > limit + 64 * 1024 {
            throw DomainError.tooLarge("A chunk is at most \(limit) bytes")
        }
        var form = UploadForm()
        do {
            var current: String?
            for try await buffer in request.body {
                for event in try parser.feed(buffer.readableBytesView) {
                    try await form.take(event, current: &current, store: store, limit: limit, admit: admit)
                }
            }
            guard parser.isComplete else { throw DomainError.malformed("The upload broke off") }
            return try form.finish()
        } catch {
            await form.abandon(store)
            if error is MultipartParser.Failure { throw DomainError.malformed("The form cannot be read") }
            throw error
        }
    }

    private mutating func take(
        _ event: MultipartParser.Event,
        current: inout String?,
        store: any ObjectStore,
        limit: Int64,
        admit: (SessionID) async throws -> Void
    ) async throws {
        switch event {
        case .part(let name, _, let contentType):
            current = name
            if name == "recording" {
                guard staged == nil else {
                    throw DomainError.malformed("The form has more than one recording")
                }
                if let session = text("sessionId").flatMap({ SessionID($0) }) { try await admit(session) }
                mimeType = contentType
                staged = try StagedUpload(path: try await store.stagingPath())
            } else {
                guard fields[name] == nil else { throw DomainError.malformed("The form has a field twice") }
                fields[name] = []
            }
        case .content(let bytes):
            if current == "recording" {
                try await staged?.append(bytes, limit: limit)
            } else if let current {
                fields[current, default: []] += bytes
                guard fields[current, default: []].count <= Self.maximumFieldSize else {
                    throw DomainError.malformed("A field is too long")
                }
            }
        case .partEnd:
            if current == "recording" { fileIsWhole = true }
            current = nil
        case .end: break
        }
    }

    private func finish() throws -> (ChunkUpload, StagedFile) {
        guard let staged, fileIsWhole else {
            throw DomainError.malformed("The form has no file named recording")
        }
        guard let sessionID = text("sessionId") else { throw DomainError.malformed("sessionId is missing") }
        guard let session = SessionID(sessionID) else { throw DomainError.notFound }
        var upload = ChunkUpload(
            sessionID: session,
            chunkNumber: nil,
            runID: nil,
            startedAt: nil,
            isFinal: false,
            mimeType: mimeType ?? "application/octet-stream"
        )
        upload.chunkNumber = try field("chunkNumber", "a whole number") { Int($0) }
        upload.runID = try field("runId", "a UUID") { UUID(uuidString: $0) }
        upload.startedAt = try field("startedAt", "an RFC 3339 time", read: Self.time)
        upload.opensNextRecording = try field("rollover", "true or false", read: Self.flag) ?? false
        upload.isFinal = try field("final", "true or false", read: Self.flag) ?? false
        return (upload, try staged.finish())
    }

    private func text(_ name: String) -> String? {
        fields[name].map { String(decoding: $0, as: UTF8.self) }
    }

    private func field<Value>(_ name: String, _ shape: String, read: (String) -> Value?) throws -> Value? {
        guard let text = text(name), !text.isEmpty else { return nil }
        guard let value = read(text) else { throw DomainError.malformed("\(name) must be \(shape)") }
        return value
    }

    private static func time(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: .iso8601))
    }

    private static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    private func abandon(_ store: any ObjectStore) async {
        guard let staged else { return }
        staged.cancel()
        await store.discard(stagedFileAt: staged.path)
    }
}
