/// An IP address and a port, cheap to compare and to hash.
public struct TransportAddress: Hashable, Sendable {
    /// Whether it is an IPv6 address; a mapped IPv4 address (`::ffff:a.b.c.d`) is kept as IPv4.
    public let isIPv6: Bool
    /// The port, in host byte order.
    public let port: UInt16
    /// Bytes 0 to 7 of an IPv6 address, the first one highest; 0 for IPv4.
    public let high: UInt64
    /// Bytes 8 to 15 of an IPv6 address, or the IPv4 address in its low 32 bits.
    public let low: UInt64

    /// An IPv4 address, given as a number: 127.0.0.1 is `0x7F00_0001`.
    public init(ipv4 address: UInt32, port: UInt16) {
        self.init(isIPv6: false, high: 0, low: UInt64(address), port: port)
    }

    /// An IPv6 address, given as its two halves; a mapped IPv4 address becomes an IPv4 one.
    public init(ipv6High high: UInt64, low: UInt64, port: UInt16) {
        if high == 0, low >> 32 == 0xFFFF {
            self.init(ipv4: UInt32(truncatingIfNeeded: low), port: port)
            return
        }
        self.init(isIPv6: true, high: high, low: low, port: port)
    }

    private init(isIPv6: Bool, high: UInt64, low: UInt64, port: UInt16) {
        self.isIPv6 = isIPv6
        self.port = port
        self.high = high
        self.low = low
    }

    /// Reads an address as text, without brackets and without zone; `nil` if it is none.
    public init?(ip: some StringProtocol, port: UInt16) {
        let text = Array(ip.utf8)
        if let address = Self.ipv4(text[...]) {
            self.init(ipv4: address, port: port)
        } else if let (high, low) = Self.ipv6(text) {
            self.init(ipv6High: high, low: low, port: port)
        } else {
            return nil
        }
    }

    /// The IPv4 address as a number, `nil` for IPv6.
    public var ipv4: UInt32? { isIPv6 ? nil : UInt32(truncatingIfNeeded: low) }

    /// The same address with another port.
    public func with(port: UInt16) -> TransportAddress {
        isIPv6
            ? TransportAddress(ipv6High: high, low: low, port: port)
            : TransportAddress(ipv4: UInt32(truncatingIfNeeded: low), port: port)
    }
}

extension TransportAddress: CustomStringConvertible {
    /// The address without port: dotted for IPv4, as RFC 5952 §4 for IPv6.
    public var ip: String {
        guard isIPv6 else {
            return "\(low >> 24 & 255).\(low >> 16 & 255).\(low >> 8 & 255).\(low & 255)"
        }
        let groups = [high, low]
            .flatMap { half in
                [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) }
            }
        guard let zeros = Self.longestZeroRun(groups) else { return Self.hex(groups[...]) }
        return "\(Self.hex(groups[..<zeros.lowerBound]))::\(Self.hex(groups[zeros.upperBound...]))"
    }

    /// `1.2.3.4:5` or `[2001:db8::1]:5`.
    public var description: String { isIPv6 ? "[\(ip)]:\(port)" : "\(ip):\(port)" }

    private static func hex(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first of the longest runs of two or more zero groups.
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        for end in 0...groups.count where end == groups.count || groups[end] != 0 {
            if end - start > max(1, best?.count ?? 0) { best = start..<end }
            start = end + 1
        }
        return best
    }
}

extension TransportAddress {
    private static func ipv4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else {
                return nil
            }
            var value: UInt32 = 0
            for byte in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
            }
            guard value <= 255 else { return nil }
            address = address << 8 | value
        }
        return address
    }

    private static func ipv6(_ text: [UInt8]) -> (high: UInt64, low: UInt64)? {
        // The longest form is eight groups with an embedded IPv4 address (RFC 4291 §2.2).
        guard (2...45).contains(text.count) else { return nil }
        var head: [UInt16] = []
        var tail: [UInt16]?
        var rest = text[...]
        if rest.starts(with: "::".utf8) {
            rest = rest.dropFirst(2)
            tail = []
        }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            let field = rest[..<end]
            var groups: [UInt16]
            if end == rest.endIndex, let address = ipv4(field) {
                groups = [UInt16(truncatingIfNeeded: address >> 16), UInt16(truncatingIfNeeded: address)]
            } else {
                guard let group = group(field) else { return nil }
                groups = [group]
            }
            if tail == nil { head += groups } else { tail?.append(contentsOf: groups) }
            rest = rest[end...]
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: ":") {
                guard tail == nil else { return nil }
                tail = []
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let count = head.count + (tail?.count ?? 0)
        guard tail == nil ? count == 8 : count < 8 else { return nil }
        let groups = head + Array(repeating: 0, count: 8 - count) + (tail ?? [])
        let halves = [groups[..<4], groups[4...]].map { $0.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        return (halves[0], halves[1])
    }

    private static func group(_ text: ArraySlice<UInt8>) -> UInt16? {
        // A sign would be taken for a part of the number.
        guard (1...4).contains(text.count), text.first != UInt8(ascii: "+"), text.first != UInt8(ascii: "-")
        else {
            return nil
        }
        return UInt16(String(decoding: text, as: UTF8.self), radix: 16)
    }
}
