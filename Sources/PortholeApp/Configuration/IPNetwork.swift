import Foundation

/// The grammar of addresses and CIDR blocks.
enum IPNetwork {
    private static func bits(of address: String) -> Int? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return 32 }
        var six = in6_addr()
        if inet_pton(AF_INET6, address, &six) == 1 { return 128 }
        return nil
    }

    /// Whether the text is an IPv4 or IPv6 address.
    static func isAddress(_ text: String) -> Bool { bits(of: text) != nil }

    /// Whether the text is an address, or an address and a prefix length.
    static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        guard let width = bits(of: parts[0]) else { return false }
        guard parts.count == 2 else { return true }
        return Int(parts[1]).map { (0...width).contains($0) } ?? false
    }

    /// Whether traffic to this host stays on this machine.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || (host.hasPrefix("127.") && bits(of: host) == 32)
    }

    /// Whether listening on this host is listening on every interface.
    static func isUnspecified(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }
}
