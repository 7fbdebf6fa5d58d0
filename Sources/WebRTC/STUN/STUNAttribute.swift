/// Attribute types that we read or write.
///
/// RFC 8489 §18.3, RFC 8445 §16.1.
enum STUNAttribute {
    static let username: UInt16 = 0x0006
    static let messageIntegrity: UInt16 = 0x0008
    static let errorCode: UInt16 = 0x0009
    static let unknownAttributes: UInt16 = 0x000A
    static let xorMappedAddress: UInt16 = 0x0020
    static let priority: UInt16 = 0x0024
    static let useCandidate: UInt16 = 0x0025
    static let fingerprint: UInt16 = 0x8028
    static let iceControlled: UInt16 = 0x8029
    static let iceControlling: UInt16 = 0x802A

    /// Whether an agent that does not know the type has to refuse the request (RFC 8489 §14).
    static func mustBeUnderstood(_ type: UInt16) -> Bool { type < 0x8000 }

    /// Types below 0x8000 that RFC 8489 defines and whose absence of meaning to us harms nobody: MAPPED-ADDRESS, REALM,
    /// NONCE, MESSAGE-INTEGRITY-SHA256, PASSWORD-ALGORITHM, USERHASH.
    static func isHarmless(_ type: UInt16) -> Bool {
        switch type {
        case 0x0001, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E: true
        default: false
        }
    }
}
