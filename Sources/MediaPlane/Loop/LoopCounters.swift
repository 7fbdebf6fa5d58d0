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

    /// By the name in metrics.
    var byName: [String: UInt64] {
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
        ]
    }
}
