import Foundation

/// A signed token in its three parts (RFC 7515 §3.1), decoded and not yet believed.
struct CompactJWT {
    /// The members of the header that decide how the token is checked.
    struct Header: Decodable {
        var alg: String
        var kid: String?
        /// Names of members that must be understood (RFC 7515 §4.1.11); we understand none.
        var crit: [String]?
    }

    /// The longest token that is looked at, bytes.
    static let maximumSize = 8 * 1024

    let header: Header
    let payload: Data
    /// The bytes that the signature covers.
    let signedBytes: Data
    let signature: [UInt8]

    /// - Returns: `nil` when the text is no such token.
    init?(_ token: String) {
        guard token.utf8.count <= Self.maximumSize else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard
            parts.count == 3,
            let headerBytes = Base64URL.decode(parts[0]),
            let header = try? JSONDecoder().decode(Header.self, from: Data(headerBytes)),
            let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { return nil }
        self.header = header
        self.payload = Data(payload)
        self.signature = signature
        signedBytes = Data(parts[0].utf8) + Data(".".utf8) + Data(parts[1].utf8)
    }
}
