/// An object that a signed URL may read: what an HTTP route needs to answer, Range included.
public struct StoredObject: Equatable, Sendable {
    /// Where its bytes are.
    public let path: String
    /// Bytes.
    public let size: Int64
    /// By the end of the key, such as `video/webm`.
    public let contentType: String
    /// Given, the browser saves under this name instead of showing.
    public let filename: String?
}

extension StoredObject {
    /// The media type of what Porthole stores, by the end of its key; bytes without a known end stay opaque.
    static func contentType(ofKey key: String) -> String {
        guard let name = key.split(separator: "/").last, let dot = name.lastIndex(of: ".") else {
            return "application/octet-stream"
        }
        return switch name[name.index(after: dot)...].lowercased() {
        case "webm": "video/webm"
        case "mp4": "video/mp4"
        case "mkv": "video/x-matroska"
        case "jpg": "image/jpeg"
        case "zip": "application/zip"
        default: "application/octet-stream"
        }
    }
}
