import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PortholeCore
import Synchronization
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Form of a chunk upload")
final class UploadFormTests: Sendable {
    private static let session = "0190a0b0-0000-7000-8000-000000000001"
    private static let run = "0190a0b0-0000-7000-8000-0000000000aa"

    private let directory: TemporaryDirectory
    private let store: FakeObjectStore
    private let admitted = Mutex<[SessionID]>([])

    init() throws {
        directory = try TemporaryDirectory()
        store = FakeObjectStore(in: URL(filePath: directory.path))
    }

    deinit { directory.remove() }

    private static func field(_ name: String, _ value: String) -> String {
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    private static func file(_ content: String = "bytes", type: String? = "video/webm") -> String {
        let type = type.map { "Content-Type: \($0)\r\n" } ?? ""
        return
            "--b\r\nContent-Disposition: form-data; name=\"recording\"; filename=\"blob\"\r\n\(type)\r\n\(content)\r\n"
    }

    private func read(
        _ parts: [String],
        isClosed: Bool = true,
        limit: Int64 = 1000,
        piece: Int = 10,
        contentLength: Int? = nil,
        admit: @escaping @Sendable (SessionID) throws -> Void = { _ in }
    ) async throws -> (upload: ChunkUpload, file: StagedFile) {
        let body = ByteBuffer(string: parts.joined() + (isClosed ? "--b--\r\n" : ""))
        let pieces = AsyncStream<ByteBuffer> { continuation in
            var body = body
            while body.readableBytes > 0 {
                guard let next = body.readSlice(length: min(piece, body.readableBytes)) else { break }
                continuation.yield(next)
            }
            continuation.finish()
        }
        var headers: HTTPFields = [.contentType: "multipart/form-data; boundary=b"]
        headers[.contentLength] = contentLength.map(String.init)
        let request = Request.test(.post, headers: headers, body: RequestBody(asyncSequence: pieces))
        return try await UploadForm.read(request, store: store, limit: limit) { session in
            self.admitted.withLock { $0.append(session) }
            try admit(session)
        }
    }

    private func refusal(
        _ parts: [String],
        isClosed: Bool = true,
        contentLength: Int? = nil
    ) async throws -> DomainError? {
        let error = await #expect(throws: DomainError.self) {
            _ = try await self.read(parts, isClosed: isClosed, contentLength: contentLength)
        }
        #expect(try store.stagedFileCount() == 0, "a refused upload leaves nothing behind")
        return error
    }

    @Test(arguments: [true, false])
    func `reads all fields in any order`(isFileLast: Bool) async throws {
        let fields = [
            Self.field("sessionId", Self.session), Self.field("chunkNumber", "7"),
            Self.field("runId", Self.run),
            Self.field("startedAt", "2026-01-02T03:04:05.678Z"), Self.field("final", "true"),
            Self.field("rollover", "1"), Self.field("later", "unknown fields are ignored"),
        ]
        let parts = isFileLast ? fields + [Self.file()] : [Self.file()] + fields
        let (upload, file) = try await read(parts)
        #expect(upload.sessionID.text == Self.session)
        #expect(upload.chunkNumber == 7)
        #expect(upload.runID == UUID(uuidString: Self.run))
        #expect(upload.startedAt == Date(timeIntervalSince1970: 1_767_323_045.678))
        #expect(upload.isFinal)
        #expect(upload.opensNextRecording)
        #expect(upload.mimeType == "video/webm")
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "bytes")
        #expect(file.size == 5)
        // The form can only be turned away early when its session is known early.
        #expect(admitted.withLock(\.self).map(\.text) == (isFileLast ? [Self.session] : []))
    }

    @Test func `needs the session and the file and nothing else`() async throws {
        let (upload, file) = try await read([
            Self.field("sessionId", Self.session), Self.file("", type: nil), Self.field("chunkNumber", ""),
        ])
        #expect(upload.chunkNumber == nil)
        #expect(upload.runID == nil)
        #expect(upload.startedAt == nil)
        #expect(!upload.isFinal)
        #expect(upload.mimeType == "application/octet-stream")
        #expect(file.size == 0)
    }

    @Test(arguments: [
        ("chunkNumber", "seven"), ("chunkNumber", "1.5"), ("chunkNumber", "99999999999999999999"),
        ("runId", "no-uuid"),
        ("startedAt", "yesterday"), ("startedAt", "2026-13-01T00:00:00Z"), ("final", "yes"),
        ("rollover", "2"),
    ])
    func `a malformed field is named`(name: String, value: String) async throws {
        let parts = [Self.field("sessionId", Self.session), Self.file(), Self.field(name, value)]
        guard case .malformed(let text)? = try await refusal(parts) else {
            Issue.record("not malformed")
            return
        }
        #expect(text.hasPrefix("\(name) must be "))
        #expect(!text.contains(value))
    }

    @Test func `a session that is no id is unknown`() async throws {
        #expect(try await refusal([Self.field("sessionId", "x"), Self.file()]) == .notFound)
    }

    @Test func `what is missing, doubled, too long or broken off is malformed`() async throws {
        let session = Self.field("sessionId", Self.session)
        let refused: [([String], Bool, String)] = [
            ([Self.file()], true, "sessionId is missing"),
            ([session], true, "The form has no file named recording"),
            ([session, Self.file(), Self.file()], true, "The form has more than one recording"),
            ([session, session, Self.file()], true, "The form has a field twice"),
            ([session, Self.field("x", String(repeating: "é", count: 513))], true, "A field is too long"),
            ([session, Self.file()], false, "The upload broke off"),
            ([session, "--b\r\nno header\r\n\r\n"], true, "The form cannot be read"),
        ]
        for (parts, isClosed, text) in refused {
            #expect(try await refusal(parts, isClosed: isClosed) == .malformed(text))
        }
    }

    @Test func `a field may be as long as 1024 bytes however it comes in`() async throws {
        let parts = [
            Self.field("sessionId", Self.session), Self.file(),
            Self.field("x", String(repeating: "é", count: 512)),
        ]
        for piece in [1, 3, 5000] { _ = try await read(parts, piece: piece) }
    }

    @Test func `a file over the limit is refused and nothing of it is kept`() async throws {
        let session = Self.field("sessionId", Self.session)
        let exact = String(repeating: "x", count: 1000)
        #expect(try await read([session, Self.file(exact)]).file.size == 1000)
        let before = try store.stagedFileCount()
        await #expect(throws: DomainError.tooLarge("A chunk is at most 1000 bytes")) {
            _ = try await self.read([session, Self.file(exact + "x")])
        }
        await #expect(throws: DomainError.tooLarge("A chunk is at most 1000 bytes")) {
            _ = try await self.read([session, Self.file()], contentLength: 70_000)
        }
        #expect(try store.stagedFileCount() == before)
    }

    @Test func `who is not admitted leaves no file`() async throws {
        await #expect(throws: DomainError.notFound) {
            _ = try await self.read([Self.field("sessionId", Self.session), Self.file()]) { _ in
                throw DomainError.notFound
            }
        }
        #expect(try store.stagedFileCount() == 0)
    }

    @Test(arguments: [nil, "application/json", "multipart/form-data", "multipart/mixed; boundary=b"])
    func `another content type is refused`(contentType: String?) async throws {
        var headers = HTTPFields()
        headers[.contentType] = contentType
        let request = Request.test(.post, headers: headers)
        await #expect(throws: DomainError.unsupportedMediaType("The body must be multipart/form-data")) {
            _ = try await UploadForm.read(request, store: self.store, limit: 1) { _ in }
        }
    }
}
