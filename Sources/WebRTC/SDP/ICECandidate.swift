/// An address at which a peer may be reached.
///
/// RFC 8839 §5.1, RFC 6544 §4.5.
public struct ICECandidate: Hashable, Sendable {
    /// UDP, or TCP with RFC 4571 framing.
    public enum Transport: String, Hashable, Sendable {
        /// Datagrams.
        case udp
        /// Framed on a connection.
        case tcp
    }

    /// How the address was found.
    public enum Kind: String, Hashable, Sendable {
        /// It belongs to an interface, or is announced by the operator.
        case host
        /// A STUN server saw it.
        case serverReflexive = "srflx"
        /// The other end saw it.
        case peerReflexive = "prflx"
        /// A TURN server lends it.
        case relayed = "relay"
    }

    /// Who opens the connection.
    public enum TCPType: String, Hashable, Sendable {
        /// The one who says it.
        case active
        /// The other.
        case passive
        /// Both at once.
        case simultaneousOpen = "so"
    }

    /// The same for candidates that succeed or fail together, 1 to 32 ice-chars.
    public var foundation: String
    /// 1 for RTP and all that is multiplexed with it.
    public var component: UInt16
    /// UDP or TCP.
    public var transport: Transport
    /// The higher the better, up to 2^31 - 1.
    public var priority: UInt32
    /// Where.
    public var address: TransportAddress
    /// How the address was found.
    public var kind: Kind
    /// Who opens the connection; `nil` for UDP.
    public var tcpType: TCPType?

    /// A candidate with all that it says.
    public init(
        foundation: String,
        component: UInt16 = 1,
        transport: Transport,
        priority: UInt32,
        address: TransportAddress,
        kind: Kind,
        tcpType: TCPType? = nil
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = address
        self.kind = kind
        self.tcpType = tcpType
    }

    /// One of our own UDP addresses; `rank` 0 is the one that we like best.
    ///
    /// Priority by RFC 8445 §5.1.2.1.
    public static func host(udp address: TransportAddress, rank: Int = 0) -> ICECandidate {
        let local = UInt32(65_535 - min(max(rank, 0), 65_535))
        return ICECandidate(
            foundation: "\(1 + min(max(rank, 0), 65_535))",
            transport: .udp,
            priority: 126 << 24 | local << 8 | 255,
            address: address,
            kind: .host
        )
    }

    /// One of our own TCP addresses, where we wait for connections; `rank` 0 is the one that we like best.
    ///
    /// It ranks behind all UDP addresses. Priority by RFC 6544 §4.2: type preference 90, direction preference 4.
    public static func host(tcpPassive address: TransportAddress, rank: Int = 0) -> ICECandidate {
        let local = UInt32(4 << 13 | 8191 - min(max(rank, 0), 8191))
        return ICECandidate(
            foundation: "\(100_001 + min(max(rank, 0), 8191))",
            transport: .tcp,
            priority: 90 << 24 | local << 8 | 255,
            address: address,
            kind: .host,
            tcpType: .passive
        )
    }
}

extension ICECandidate: CustomStringConvertible {
    /// Reads `candidate:…`, with or without that word and `a=` before it.
    ///
    /// `nil` if it cannot be read or cannot be used: mDNS names, transports other than UDP and TCP. The word
    /// `ufrag` and other extensions are passed over.
    public init?(parsing text: some StringProtocol) {
        var text = Substring(text)
        if text.utf8.starts(with: "a=".utf8) { text = Substring(text.utf8.dropFirst(2)) }
        if text.utf8.starts(with: "candidate:".utf8) { text = Substring(text.utf8.dropFirst(10)) }
        let fields = text.fields()
        guard fields.count >= 8, fields.count <= 64, fields[6] == "typ" else { return nil }
        let port = UInt16(digits: fields[5])
        guard (1...32).contains(fields[0].utf8.count), fields[0].isToken(allowingSlash: true),
            let component = UInt16(digits: fields[1]), (1...256).contains(component),
            let transport = Transport(rawValue: fields[2].lowercased()),
            let priority = UInt32(digits: fields[3]),
            let address = port.flatMap({ TransportAddress(ip: fields[4], port: $0) }),
            let kind = Kind(rawValue: fields[7])
        else { return nil }
        var tcpType: TCPType?
        for index in stride(from: 8, to: fields.count - 1, by: 2) where fields[index] == "tcptype" {
            tcpType = TCPType(rawValue: fields[index + 1])
        }
        guard (transport == .tcp) == (tcpType != nil) else { return nil }
        self.init(
            foundation: fields[0],
            component: component,
            transport: transport,
            priority: priority,
            address: address,
            kind: kind,
            tcpType: tcpType
        )
    }

    /// What browsers call the candidate string: `candidate:…`.
    public var description: String { "candidate:\(value)" }

    /// The value of `a=candidate`.
    var value: String {
        var text =
            "\(foundation) \(component) \(transport.rawValue) \(priority) \(address.ip) \(address.port)"
        text += " typ \(kind.rawValue)"
        // A browser refuses reflexive and relayed candidates without the address behind them (RFC 8839 §5.1).
        if kind != .host { text += address.isIPv6 ? " raddr :: rport 0" : " raddr 0.0.0.0 rport 0" }
        if let tcpType { text += " tcptype \(tcpType.rawValue)" }
        return text
    }
}
