import HTTPTypes
import Hummingbird

/// Headers that every answer carries, and the stricter ones of pages.
enum SecurityHeaders {
    static func add(to response: inout Response, settings: HTTPSettings) {
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.robots] = "noindex"
        if settings.isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
    }

    /// The headers of one page.
    ///
    /// - Parameters:
    ///   - isEmbeddable: Whether sites among the allowed origins may show it in a frame.
    ///   - usesCamera: Whether it may ask for camera, microphone and screen.
    ///   - showsMails: Whether it previews mails, whose styles are inline.
    static func page(
        isEmbeddable: Bool = false,
        usesCamera: Bool = false,
        showsMails: Bool = false,
        settings: HTTPSettings
    ) -> HTTPFields {
        let socketOrigin = "ws" + settings.origin.dropFirst("http".count)
        var ancestors = "'none'"
        if isEmbeddable {
            ancestors = (["'self'"] + settings.allowedOrigins).joined(separator: " ")
            if settings.allowsLoopbackOrigins { ancestors += " http://localhost:* http://127.0.0.1:*" }
        }
        // In development the page may have been opened by another name of this machine.
        let sockets =
            settings.allowsLoopbackOrigins
            ? "\(socketOrigin) ws://localhost:* ws://127.0.0.1:*" : socketOrigin
        var headers = HTTPFields()
        headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'\(showsMails ? " 'unsafe-inline'" : ""); img-src 'self' data: blob:; "
            + "media-src 'self' blob:; connect-src 'self' \(sockets); font-src 'self'; manifest-src 'self'; "
            + "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors \(ancestors)"
        let capture = usesCamera ? "(self)" : "()"
        headers[.permissionsPolicy] =
            "camera=\(capture), microphone=\(capture), display-capture=\(capture), geolocation=(), "
            + "autoplay=(self), fullscreen=(self), picture-in-picture=(self)"
        if !isEmbeddable {
            headers[.openerPolicy] = "same-origin"
            headers[.resourcePolicy] = "same-origin"
        }
        return headers
    }
}
