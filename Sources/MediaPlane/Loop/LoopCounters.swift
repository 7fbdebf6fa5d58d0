import WebRTC

/// What a loop has counted since it began.
struct LoopCounters {
    var datagramsReceived: UInt64 = 0
    var datagramsDropped: UInt64 = 0
    var datagramsOfStrangers: UInt64 = 0
    var packetsReceived: UInt64 = 0
    var packetsByTCP: UInt64 = 0
    var reportsMalformed: UInt64 = 0
    var reportsSent: UInt64 = 0
    var connectionsRefused: UInt64 = 0
    var peersFailed: UInt64 = 0
    /// Of recordings that are over; taps count their own.
    var recordingPacketsDropped: UInt64 = 0
    private var drops = [UInt64](repeating: 0, count: PeerDropReason.allCases.count)
    private var failures: [String: UInt64] = [:]

    /// What a peer refused goes on counting when it is gone.
    mutating func add(_ peer: PeerCounters) {
        for (position, reason) in PeerDropReason.allCases.enumerated() { drops[position] &+= peer[reason] }
    }

    /// A peer is of no use any more.
    mutating func count(_ failure: PeerFailure) {
        peersFailed &+= 1
        failures["peers_failed_\(failure.name)", default: 0] &+= 1
    }

    /// By the name in metrics.
    var byName: [String: UInt64] {
        var named = failures
        for (position, reason) in PeerDropReason.allCases.enumerated() where drops[position] > 0 {
            named["peer_dropped_\(reason)"] = drops[position]
        }
        return named.merging(plain) { $1 }
    }

    private var plain: [String: UInt64] {
        [
            "datagrams_received": datagramsReceived,
            "datagrams_dropped": datagramsDropped,
            "datagrams_of_strangers": datagramsOfStrangers,
            "packets_received": packetsReceived,
            "packets_by_tcp": packetsByTCP,
            "reports_malformed": reportsMalformed,
            "reports_sent": reportsSent,
            "connections_refused": connectionsRefused,
            "peers_failed": peersFailed,
            "recording_packets_dropped": recordingPacketsDropped,
        ]
    }
}

extension PeerFailure {
    /// Without what was different each time.
    fileprivate var name: String {
        switch self {
        case .timeout: "timeout"
        case .consentLost: "consent_lost"
        case .wrongFingerprint: "wrong_fingerprint"
        case .noSRTPProfile: "no_srtp_profile"
        case .dtls: "dtls"
        }
    }
}
