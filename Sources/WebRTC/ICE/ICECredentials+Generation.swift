extension ICECredentials {
    private static let characters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// New credentials: 48 random bits behind a prefix of the caller's, and a password of 144 bits.
    ///
    /// RFC 8445 §5.3 asks for 24 and 128 bits.
    ///
    /// - Parameters:
    ///   - prefix: What the user name fragment begins with, ice-chars, at most 200; what they mean is the caller's
    ///     affair.
    ///   - generator: A cryptographically secure generator.
    public static func generate(
        prefix: String = "",
        using generator: inout some RandomNumberGenerator
    ) -> ICECredentials {
        func text(_ count: Int) -> String {
            String(decoding: (0..<count).map { _ in characters[Int(generator.next() & 63)] }, as: UTF8.self)
        }
        guard let credentials = ICECredentials(ufrag: prefix + text(8), password: text(24)) else {
            preconditionFailure("a prefix has ice-chars only")
        }
        return credentials
    }
}
