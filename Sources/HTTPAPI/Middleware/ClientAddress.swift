import Foundation
import Hummingbird

/// Whose request it is, on the network.
enum ClientAddress {
    /// The peer's address; behind trusted proxies the nearest address that is none of theirs.
    static func of(_ request: Request, peer: String, settings: HTTPSettings) -> String {
        guard settings.isTrustedProxy(peer) else { return peer }
        let forwarded = request.headers[values: .forwardedFor]
            .flatMap { $0.split(separator: ",") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        // Whatever stands further left may have been made up by the client.
        let client = forwarded.last { !settings.isTrustedProxy($0) } ?? forwarded.first
        return (client ?? request.headers[.realIP]).map { String($0.prefix(64)) } ?? peer
    }

    /// The network that an address is in: /24 for IPv4, /48 for IPv6.
    static func truncated(_ address: String) -> String? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return network(withUnsafeBytes(of: four, Array.init)) }
        var six = in6_addr()
        guard inet_pton(AF_INET6, address, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: six, Array.init)
        let isMapped = bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
        if isMapped { return network(Array(bytes.suffix(4))) }
        let groups = stride(from: 0, to: 6, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        return groups.map { String($0, radix: 16) }.joined(separator: ":") + "::/48"
    }

    private static func network(_ four: [UInt8]) -> String {
        "\(four[0]).\(four[1]).\(four[2]).0/24"
    }
}
