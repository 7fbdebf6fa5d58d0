import Crypto
import Foundation
import NIOHTTP1

/// The opening handshake.
///
/// RFC 6455 §4.2.
enum WebSocketHandshake {
    /// Whether a request asks to leave HTTP/1.1, for any protocol: NIO's decoder stops parsing behind such a one.
    ///
    /// RFC 9110 §7.8.
    static func asksForUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "upgrade")
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// The client's key, or `nil` if the request is not a valid handshake.
    ///
    /// RFC 6455 §4.2.1. A request with a body is none: behind it the connection would not be at a frame border.
    static func key(of head: HTTPRequestHead) -> String? {
        let headers = head.headers
        let keys = headers["sec-websocket-key"]
        guard
            head.method == .GET, head.version == .http1_1, asksForUpgrade(head),
            headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }),
            headers["sec-websocket-version"] == ["13"],
            !headers.contains(name: "content-length"), !headers.contains(name: "transfer-encoding"),
            keys.count == 1, let key = keys.first, Data(base64Encoded: key)?.count == 16
        else { return nil }
        return key
    }

    /// The value of `Sec-WebSocket-Accept` for a key.
    ///
    /// RFC 6455 §4.2.2, whose GUID this is.
    static func accept(_ key: String) -> String {
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }
}
