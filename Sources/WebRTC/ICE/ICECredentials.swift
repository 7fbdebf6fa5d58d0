/// What the STUN checks of one ICE generation are authenticated with.
///
/// RFC 8839 §5.4.
public struct ICECredentials: Hashable, Sendable {
    /// The user name fragment, 4 to 256 ice-chars.
    public let ufrag: String
    /// The password, 22 to 256 ice-chars.
    public let password: String

    /// Credentials, or `nil` if they are not of the lengths and characters that RFC 8839 §5.4 allows.
    public init?(ufrag: String, password: String) {
        guard Self.isValid(ufrag, minimum: 4), Self.isValid(password, minimum: 22) else { return nil }
        self.ufrag = ufrag
        self.password = password
    }

    private static func isValid(_ text: String, minimum: Int) -> Bool {
        let characters = text.utf8
        return characters.count >= minimum && characters.count <= 256 && characters.allSatisfy(isICECharacter)
    }

    /// `ice-char` of RFC 8839 §5.4.
    static func isICECharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
