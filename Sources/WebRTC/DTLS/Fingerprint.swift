/// A hash of the certificate that a peer shows in its DTLS handshake.
///
/// RFC 8122 §5.
public struct Fingerprint: Hashable, Sendable {
    /// A hash function that we check; SHA-1 and MD5 are refused.
    public enum Algorithm: String, CaseIterable, Sendable {
        /// 32 bytes.
        case sha256 = "sha-256"
        /// 48 bytes.
        case sha384 = "sha-384"
        /// 64 bytes.
        case sha512 = "sha-512"

        /// How long its hashes are.
        public var byteCount: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    /// The hash function.
    public let algorithm: Algorithm
    /// The hash, of the length that the algorithm has.
    public let bytes: [UInt8]

    /// A fingerprint, or `nil` if the hash does not have the algorithm's length.
    public init?(algorithm: Algorithm, bytes: [UInt8]) {
        guard bytes.count == algorithm.byteCount else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Reads the value of `a=fingerprint`, as in `sha-256 AB:CD:…`; `nil` if it is none that we check.
    public init?(parsing text: some StringProtocol) {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: " "))
        guard parts.count == 2 else { return nil }
        let name = String(decoding: parts[0], as: UTF8.self).lowercased()
        guard let algorithm = Algorithm(rawValue: name) else { return nil }
        // Each byte is two digits and a colon, but for the last.
        guard parts[1].count == algorithm.byteCount * 3 - 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(algorithm.byteCount)
        for pair in parts[1].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard pair.count == 2,
                let high = pair.first.flatMap(Self.digit),
                let low = pair.last.flatMap(Self.digit)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(algorithm: algorithm, bytes: bytes)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Fingerprint: CustomStringConvertible {
    /// The value of `a=fingerprint`.
    public var description: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text = Array("\(algorithm.rawValue) ".utf8)
        for (index, byte) in bytes.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ":")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
