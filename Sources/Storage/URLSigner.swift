import Crypto
import Foundation
import PortholeCore

/// Makes and checks the signatures of object URLs.
///
/// The code covers the lines `object v1`, key, expiry and file name. Neither key nor expiry can hold a line break, so
/// no two URLs share a text.
struct URLSigner: Sendable {
    private let key: SymmetricKey

    init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    /// The query of a signed URL.
    func query(for key: ObjectKey, expiresAt: Date, filename: String?) -> String {
        let expires = String(Int64(expiresAt.timeIntervalSince1970.rounded(.down)))
        let code = HMAC<SHA256>
            .authenticationCode(
                for: Self.text(key: key.text, expires: expires, filename: filename),
                using: self.key
            )
        var query = "expires=\(expires)"
        if let filename, !filename.isEmpty {
            query += "&filename=\(Self.percentEncoded(filename))"
        }
        return query + "&signature=\(Self.base64URL(Data(code)))"
    }

    /// Compares in constant time.
    func isGenuine(key: String, expires: String, filename: String?, signature: String) -> Bool {
        guard let code = Self.bytes(ofBase64URL: signature) else { return false }
        return HMAC<SHA256>
            .isValidAuthenticationCode(
                code,
                authenticating: Self.text(key: key, expires: expires, filename: filename),
                using: self.key
            )
    }

    private static func text(key: String, expires: String, filename: String?) -> Data {
        Data("object v1\n\(key)\n\(expires)\n\(filename ?? "")".utf8)
    }

    private static func percentEncoded(_ text: String) -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return text.utf8.reduce(into: "") { result, byte in
            if unreserved.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += String(format: "%%%02X", byte)
            }
        }
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    private static func bytes(ofBase64URL text: String) -> Data? {
        guard text.utf8.count == 43, !text.utf8.contains(where: { "+/=".utf8.contains($0) }) else {
            return nil
        }
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: standard + "=")
    }
}
