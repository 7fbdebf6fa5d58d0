import Foundation

/// An address, or all addresses that share its first bits (RFC 4632, RFC 4291 §2.3).
public struct IPNetwork: Sendable, Equatable, CustomStringConvertible {
    /// The address, 4 or 16 bytes.
    let bytes: [UInt8]
    /// How many leading bits count.
    let prefixLength: Int
    /// As it was written.
    public let description: String

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or an address alone.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        guard let bytes = Self.bytes(of: parts[0]) else { return nil }
        self.bytes = bytes
        description = text
        guard parts.count == 2 else {
            prefixLength = bytes.count * 8
            return
        }
        guard let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else { return nil }
        prefixLength = length
    }

    /// Whether the address is one of these; an IPv4 address inside IPv6 counts as what it is.
    public func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
        return (0..<prefixLength)
            .allSatisfy { bit in
                let mask = UInt8(0x80) >> UInt8(bit % 8)
                return bytes[bit / 8] & mask == other[bit / 8] & mask
            }
    }

    private static func bytes(of address: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, address, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        let isMapped = bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }
}

extension IPNetwork {
    /// Whether the text is an IPv4 or IPv6 address.
    static func isAddress(_ text: String) -> Bool { bytes(of: text) != nil }

    /// Whether traffic to this host stays on this machine.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || (host.hasPrefix("127.") && isAddress(host))
    }

    /// Whether listening on this host is listening on every interface.
    static func isUnspecified(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }
}
