import Dispatch
import Foundation

@testable import PortholeApp

/// A connection to a server on this machine, for what HTTP clients do not send.
enum RawSocket {
    /// Sends a request and reads until what came holds `end`, at most for some seconds.
    static func exchange(_ request: String, port: Int, until end: String) async throws -> String {
        // Tests share few threads with the server that they wait for.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global()
                .async {
                    continuation.resume(with: Result { try exchange(request, port: port, end: end) })
                }
        }
    }

    private static func exchange(_ request: String, port: Int, end: String) throws -> String {
        let descriptor = try connect(to: port)
        defer { close(descriptor) }
        guard send(descriptor, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count else {
            throw StartError("the server takes nothing")
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: received, as: UTF8.self).contains(end) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer.prefix(count)
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// The request of a WebSocket's opening handshake (RFC 6455 §1.3).
    static func upgrade(_ path: String, fields: [String]) -> String {
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static func connect(to port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard descriptor >= 0, isConnected else {
            close(descriptor)
            throw StartError("nobody listens on port \(port)")
        }
        return descriptor
    }
}
