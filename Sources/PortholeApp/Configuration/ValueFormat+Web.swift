import Foundation

extension ValueFormat<URL> {
    /// Scheme, host and port, nothing after it: the root of a site.
    static let site = ValueFormat(
        shape: "an address such as https://porthole.example.com, without a path or a password",
        parse: { text in
            guard let parts = WebAddress.components(text, schemes: ["https", "http"]),
                parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil
            else { return nil }
            return WebAddress.origin(parts).flatMap(URL.init(string:))
        },
        text: { $0.absoluteString }
    )

    /// An address that keys come from: nobody on the way may change the answer.
    static let trustworthy = ValueFormat(
        shape: "an https address (http only on this machine) without a password",
        parse: { text in
            guard let parts = WebAddress.components(text, schemes: ["https", "http"]), let host = parts.host,
                parts.scheme?.lowercased() == "https" || IPNetwork.isLoopback(WebAddress.bare(host))
            else { return nil }
            return parts.url
        },
        text: { $0.absoluteString }
    )
}

extension ValueFormat<String> {
    /// An origin in the form in which browsers send it.
    static let origin = ValueFormat(
        shape: "an origin such as https://studio.example.com",
        parse: { text in
            guard let parts = WebAddress.components(text, schemes: ["https", "http"]),
                parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil
            else { return nil }
            return WebAddress.origin(parts)
        },
        text: { $0 }
    )

    /// The base of watch links, with or without its placeholders.
    static let watchLink = ValueFormat(
        shape: "an http or https address that holds both {session} and {token}, or neither and no ? or #",
        parse: { text in
            let placeholders = ["{session}", "{token}"].filter(text.contains).count
            let filled = text.replacing("{session}", with: "s").replacing("{token}", with: "t")
            guard placeholders != 1, let parts = WebAddress.components(filled, schemes: ["https", "http"]),
                placeholders == 2 || (parts.query == nil && parts.fragment == nil)
            else { return nil }
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        },
        text: { $0 }
    )

    /// RFC 7064: a scheme, a host and perhaps a port; no slashes, no credentials.
    static let stunURI = iceURI(
        schemes: ["stun", "stuns"],
        shape: "an address such as stun:stun.example.com:3478"
    )

    /// RFC 7065: as above, and perhaps the transport.
    static let turnURI = iceURI(
        schemes: ["turn", "turns"],
        shape: "an address such as turn:turn.example.com:3478?transport=udp"
    )

    private static func iceURI(schemes: [String], shape: String) -> ValueFormat {
        ValueFormat(
            shape: shape,
            parse: { text in
                let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2, schemes.contains(parts[0].lowercased()) else { return nil }
                let query = parts[1].split(separator: "?", maxSplits: 1).map(String.init)
                let isTURN = parts[0].lowercased().hasPrefix("turn")
                guard query.count == 1 || (isTURN && ["transport=udp", "transport=tcp"].contains(query[1]))
                else {
                    return nil
                }
                let authority = WebAddress.components("http://\(query[0])", schemes: ["http"])
                guard let authority, authority.path.isEmpty, !query[0].contains("@") else { return nil }
                return text
            },
            text: { $0 }
        )
    }
}

extension ValueFormat<IPNetwork> {
    static let network = ValueFormat(
        shape: "an address or a network such as 10.0.0.0/8",
        parse: { IPNetwork($0) },
        text: { $0.description }
    )
}

/// What the formats above share.
enum WebAddress {
    /// Splits an address; nil for another scheme, no host, credentials, or bytes that do not belong in one.
    static func components(_ text: String, schemes: [String]) -> URLComponents? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), schemes.contains(scheme),
            let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil,
            (1...65535).contains(parts.port ?? 1)
        else { return nil }
        return parts
    }

    /// The serialised origin: lower case, without the scheme's own port.
    static func origin(_ parts: URLComponents) -> String? {
        guard let scheme = parts.scheme?.lowercased(), let host = parts.host?.lowercased() else { return nil }
        let name = bare(host).contains(":") ? "[\(bare(host))]" : host
        let ownPort = scheme == "https" ? 443 : 80
        let port = parts.port.flatMap { $0 == ownPort ? nil : ":\($0)" } ?? ""
        return "\(scheme)://\(name)\(port)"
    }

    /// A host without the brackets of an IPv6 literal.
    static func bare(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
