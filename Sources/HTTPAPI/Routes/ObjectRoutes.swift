import HTTPTypes
import Hummingbird
public import PortholeCore

/// A file that a genuine signed URL names.
public struct LocalObject: Sendable {
    /// Where its bytes are.
    public var path: String
    /// Bytes.
    public var size: Int64
    /// Its media type.
    public var contentType: String
    /// Given, the browser saves under this name.
    public var filename: String?

    /// Makes one from its parts.
    public init(path: String, size: Int64, contentType: String, filename: String?) {
        self.path = path
        self.size = size
        self.contentType = contentType
        self.filename = filename
    }
}

/// Opens signed URLs of a store on this machine's disk.
///
/// - Throws: ``DomainError``: 403 for a wrong or expired signature, 404 for an object that is gone.
public typealias SignedObjectOpener =
    @Sendable (_ key: ObjectKey, _ expires: String, _ filename: String?, _ signature: String) async throws ->
    LocalObject

/// `/objects/{key}`: what signed URLs of the disk store open, with Range.
struct ObjectRoutes {
    let open: SignedObjectOpener
    let fileIO = FileIO()

    func add(to routes: Routes) {
        routes.on(.get, "/objects/**", get)
    }

    private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let path = request.uri.path.dropFirst("/objects/".count)
        let query = request.uri.queryParameters
        guard let key = ObjectKey(String(path)) else { throw DomainError.notFound }
        guard let expires = query["expires"], let signature = query["signature"] else {
            throw DomainError.forbidden("The link is not signed")
        }
        let object = try await open(
            key,
            String(expires),
            query["filename"].map { String($0) },
            String(signature)
        )
        // The name of an object changes with its bytes.
        let tag = "\"\(key.text.split(separator: "/").last ?? "")-\(object.size)\""
        var headers: HTTPFields = [
            .contentType: object.contentType,
            .acceptRanges: "bytes",
            .eTag: tag,
            .cacheControl: "private, no-store",
        ]
        if let filename = object.filename {
            headers[.contentDisposition] =
                "attachment; filename=\"\(filename.filter { $0 != "\"" && $0 != "\\" })\""
        }
        if request.knows(tag) { return Response(status: .notModified, headers: headers) }
        let isCurrent = request.headers[.ifRange].map { $0 == tag } ?? true
        // Only GET has ranges (RFC 9110 §14.2).
        let range = request.method == .get && isCurrent ? request.headers[.range] : nil
        switch ByteRange(header: range, size: object.size) {
        case .whole:
            headers[.contentLength] = String(object.size)
            guard request.method != .head, object.size > 0 else {
                return Response(status: .ok, headers: headers)
            }
            let body = try await fileIO.loadFile(path: object.path, context: context)
            return Response(status: .ok, headers: headers, body: body)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(object.size)"
            headers[.contentLength] = String(range.count)
            let body = try await fileIO.loadFile(
                path: object.path,
                range: Int(range.lowerBound)...Int(range.upperBound),
                context: context
            )
            return Response(status: .partialContent, headers: headers, body: body)
        case .unsatisfiable:
            var problem = Problem(status: .rangeNotSatisfiable, detail: "The range lies outside the object")
            problem.headers[.contentRange] = "bytes */\(object.size)"
            throw problem
        }
    }
}
