import RTP
import TestSupport

@testable import WebRTC

/// An agent under test and the words of its other end.
struct ICEFixture {
    static let path = NetworkPath(socket: 1, remote: TransportAddress(ipv4: 0x0A00_0002, port: 40_000))
    static let path6 = NetworkPath(
        socket: 1,
        remote: TransportAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 1, port: 40_000)
    )

    static func path(_ number: Int) -> NetworkPath {
        NetworkPath(socket: 1, remote: TransportAddress(ipv4: 0x0A00_0002, port: UInt16(50_000 + number)))
    }

    static func credentials(_ seed: UInt64) -> ICECredentials {
        var generator = SplitMix64(seed: seed)
        return ICECredentials.generate(using: &generator)
    }

    let local = credentials(1)
    let remote = credentials(2)
    let now = MonotonicTime(nanoseconds: 5_000_000_000)

    func agent(_ role: ICERole, paths: [NetworkPath] = [path], tieBreaker: UInt64 = 100) -> ICEAgent {
        ICEAgent(
            role: role,
            local: local,
            remote: remote,
            remotePaths: paths,
            tieBreaker: tieBreaker,
            transactionSeed: 7,
            at: now
        )
    }

    /// A check by a full agent, in the usual shape.
    struct Check {
        var username: String
        var password: String
        var controlling: UInt64? = 1
        var controlled: UInt64?
        var nominates = false
        var hasPriority = true
        var hasFingerprint = true
        var hasIntegrity = true
        var extra: [UInt16] = []
        var id = STUNTransactionID(high: 3, low: 4)

        init(to credentials: ICECredentials, nominates: Bool = false) {
            username = credentials.ufrag + ":remote"
            password = credentials.password
            self.nominates = nominates
        }

        var bytes: [UInt8] {
            var writer = STUNWriter(.request, transactionID: id)
            writer.add(STUNAttribute.username, Array(username.utf8))
            if hasPriority { writer.add(STUNAttribute.priority, uint32: 1) }
            if let controlling { writer.add(STUNAttribute.iceControlling, uint64: controlling) }
            if let controlled { writer.add(STUNAttribute.iceControlled, uint64: controlled) }
            if nominates { writer.add(STUNAttribute.useCandidate) }
            for type in extra { writer.add(type) }
            if hasIntegrity { writer.addIntegrity(HMACSHA1(key: Array(password.utf8))) }
            if hasFingerprint { writer.addFingerprint() }
            return writer.bytes
        }
    }
}

extension ICEAgent {
    mutating func receive(
        _ bytes: [UInt8],
        from path: NetworkPath = ICEFixture.path,
        at now: MonotonicTime
    ) -> PeerDropReason? {
        receive(bytes.span, from: path, at: now)
    }

    /// All that waits.
    mutating func actions() -> [Action] {
        var all: [Action] = []
        while let action = nextAction() { all.append(action) }
        return all
    }

    /// The messages that wait, and where they go.
    mutating func messages() throws -> [(message: STUNMessage, bytes: [UInt8], path: NetworkPath)] {
        try actions()
            .compactMap { action in
                guard case .send(let bytes, let path) = action else { return nil }
                return (try STUNMessage(bytes), bytes, path)
            }
    }
}
