import HTTPTypes
import Hummingbird
import NIOCore

@testable import HTTPAPI

extension Request {
    /// A request as a test needs it.
    static func test(
        _ method: HTTPRequest.Method = .get,
        _ path: String = "/",
        headers: HTTPFields = [:],
        body: RequestBody = RequestBody(buffer: ByteBuffer())
    ) -> Request {
        let head = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "porthole.example",
            path: path,
            headerFields: headers
        )
        return Request(head: head, body: body)
    }
}

extension HTTPSettings {
    /// A development server at `http://localhost:8080`.
    static func development(webDirectory: String = "/nowhere") -> HTTPSettings {
        HTTPSettings(origin: "http://localhost:8080", webDirectory: webDirectory, version: "1.2.3")
    }

    /// A production server at `https://porthole.example`, with pages of `https://studio.example` allowed.
    static func production(webDirectory: String = "/nowhere") -> HTTPSettings {
        var settings = HTTPSettings(
            origin: "https://porthole.example",
            webDirectory: webDirectory,
            version: "1.2.3"
        )
        settings.isDevelopment = false
        settings.allowsLoopbackOrigins = false
        settings.allowedOrigins = ["https://studio.example"]
        return settings
    }
}
