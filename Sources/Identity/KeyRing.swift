import Crypto
import Foundation

/// The server's own keys, all derived from one root secret.
public struct KeyRing: Sendable {
    /// What a key is for; its text separates the keys from each other.
    public enum Purpose: String, Sendable, CaseIterable {
        case watch = "watch v1"
        case ticket = "ticket v1"
        case unsubscribe = "unsubscribe v1"
        /// Signed addresses of stored objects.
        case object = "object v1"
        /// Pseudonyms of children in tombstones.
        case tombstone = "tombstone v1"
    }

    private let root: SymmetricKey

    /// The keys of a secret that the operator chose (`PORTHOLE_SECRET`).
    public init(secret: String) {
        root = SymmetricKey(data: Data(secret.utf8))
    }

    /// The keys of the secret in `keys/master` of the data directory, which the first start makes.
    ///
    /// - Throws: ``KeyFileError``.
    public init(dataDirectory: String) throws {
        let path = "\(dataDirectory)/keys/master"
        let secret = try KeyFile(path: path).contents { randomBytes(32) }
        guard secret.count == 32 else { throw KeyFileError.unusable(path: path) }
        root = SymmetricKey(data: secret)
    }

    /// The 32-byte key of one purpose: HKDF-SHA256 (RFC 5869) with the purpose as info.
    public func key(for purpose: Purpose) -> [UInt8] {
        symmetricKey(for: purpose).withUnsafeBytes { Array($0) }
    }

    func symmetricKey(for purpose: Purpose) -> SymmetricKey {
        HKDF<SHA256>
            .deriveKey(
                inputKeyMaterial: root,
                salt: Data("porthole".utf8),
                info: Data(purpose.rawValue.utf8),
                outputByteCount: 32
            )
    }

    /// The JWT secret of a development server whose operator gave none, in `keys/jwt` of the data directory.
    ///
    /// - Throws: ``KeyFileError``.
    public static func developmentJWTSecret(dataDirectory: String) throws -> String {
        let path = "\(dataDirectory)/keys/jwt"
        let bytes = try KeyFile(path: path).contents { Array(Base64URL.encode(randomBytes(32)).utf8) }
        guard let text = String(validating: bytes, as: UTF8.self), Base64URL.decode(text)?.count ?? 0 >= 32
        else {
            throw KeyFileError.unusable(path: path)
        }
        return text
    }
}

/// Bytes from the system's source for keys.
func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
