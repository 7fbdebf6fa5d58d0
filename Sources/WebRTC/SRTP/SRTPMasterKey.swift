import COpenSSL

/// What the session keys of one direction are derived from.
///
/// Secret: it goes to no log. RFC 3711 §4.3.
public struct SRTPMasterKey: Equatable, Sendable {
    /// The length of the key in bytes.
    public static let keyLength = 16

    let key: [UInt8]
    let salt: [UInt8]

    /// A key of 16 bytes and a salt of the profile's length.
    public init(key: [UInt8], salt: [UInt8]) {
        precondition(key.count == Self.keyLength, "an AES-128 key has 16 bytes")
        precondition(salt.count == 12 || salt.count == 14, "a salt is that of GCM or of counter mode")
        self.key = key
        self.salt = salt
    }

    /// The salt as key derivation takes it: that of GCM is followed by zeros (RFC 7714 §11).
    var paddedSalt: [UInt8] { salt + [UInt8](repeating: 0, count: 14 - salt.count) }

    /// Key derivation: `count` bytes of the pseudo-random function for this label (RFC 3711 §4.3.3).
    func derive(_ label: UInt8, _ count: Int) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        let isMade = unsafe copenssl_srtp_derive(key, paddedSalt, label, &out, Int32(count))
        precondition(isMade == 1, "OpenSSL has AES-128, and memory")
        return out
    }
}
