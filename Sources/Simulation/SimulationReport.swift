/// What all peers have done, in the order of the plans.
public struct SimulationReport: Codable, Equatable, Sendable {
    /// Since the start.
    public var seconds: Double
    /// Processor time of this process since the start, seconds.
    public var processorSeconds: Double
    /// Each peer.
    public var peers: [PeerReport]

    /// Whether the server refuses somebody for good.
    public var isRefused: Bool { peers.contains(where: \.isRefused) }

    /// The sums over all peers of a role: counts are added, times are the worst.
    public func sum(_ role: PeerPlan.Role) -> PeerReport {
        peers.lazy.filter { $0.role == role }
            .reduce(into: PeerReport(name: "all", role: role)) { sum, peer in
                sum.connects += peer.connects
                sum.connectedSeconds += peer.connectedSeconds
                sum.packets += peer.packets
                sum.bytes += peer.bytes
                sum.frames += peer.frames
                sum.keyFrames += peer.keyFrames
                sum.keyFrameRequests += peer.keyFrameRequests
                sum.retransmitted += peer.retransmitted
                sum.lost += peer.lost
                sum.lostSound += peer.lostSound
                sum.expected += peer.expected
                sum.undecodable += peer.undecodable
                sum.freezes += peer.freezes
                sum.frozenSeconds += peer.frozenSeconds
                sum.jitterSeconds = max(sum.jitterSeconds, peer.jitterSeconds)
                sum.longestGapSeconds = max(sum.longestGapSeconds, peer.longestGapSeconds)
                sum.fractionLost = max(sum.fractionLost, peer.fractionLost)
                sum.error = sum.error ?? peer.error
            }
    }

    /// How many of a role there are, and how many are connected.
    public func count(_ role: PeerPlan.Role) -> (all: Int, connected: Int) {
        let peers = peers.filter { $0.role == role }
        return (peers.count, peers.count(where: \.isConnected))
    }
}
