import PortholeCore
import RTP
import Synchronization
import WebRTC

/// What the loops of a media plane know of each other.
///
/// A room lives on one loop. Loop 0 reads all sockets and hands on what belongs elsewhere; every loop sends for itself,
/// on the same sockets. User name fragments and resources begin with a digit that names their loop.
final class LoopDirectory: Sendable {
    /// The most loops: a hexadecimal digit names one.
    static let mostLoops = 16

    /// A TCP connection on its way to the loop of its peer.
    struct Handover: Sendable {
        let descriptor: Int32
        let remote: TransportAddress
        let inbound: [UInt8]
        let deadline: MonotonicTime
    }

    /// How a loop is reached.
    struct Member: Sendable {
        let inbox: DatagramInbox
        let wake: LoopWake
    }

    let members: [Member]
    private let ufrags = Mutex<[String: Int]>([:])
    private let handovers: [HandoverQueue]
    /// Viewers of all loops, connected or on their way.
    let viewers = Atomic(0)

    init(loops: Int) throws(MediaSocketError) {
        let count = min(max(loops, 1), Self.mostLoops)
        var members: [Member] = []
        for _ in 0..<count { members.append(Member(inbox: DatagramInbox(), wake: try LoopWake())) }
        self.members = members
        handovers = members.map { _ in HandoverQueue() }
    }

    /// The digit that names a loop.
    static func digit(_ index: Int) -> String { String(index, radix: 16) }

    /// The loop of a room: the same for as long as the server runs.
    func loop(of room: MediaRoomID) -> Int {
        // FNV-1a: Swift's own hashing is seeded anew in each process, which nobody needs here, and is slower.
        let hash = room.text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return Int(hash % UInt64(members.count))
    }

    /// The loop that a resource names.
    func loop(of resource: MediaResourceID) -> Int? {
        guard let index = resource.text.first?.hexDigitValue, members.indices.contains(index) else {
            return nil
        }
        return index
    }

    // MARK: User name fragments

    /// A loop has a peer with these credentials.
    func register(_ ufrag: String, loop: Int) {
        guard members.count > 1 else { return }
        ufrags.withLock { $0[ufrag] = loop }
    }

    /// The credentials are used no more.
    func forget(_ ufrag: String) {
        guard members.count > 1 else { return }
        ufrags.withLock { $0[ufrag] = nil }
    }

    /// The loop of a user name fragment.
    func loop(ofUfrag ufrag: String) -> Int? { ufrags.withLock { $0[ufrag] } }

    // MARK: Connections

    /// Gives a connection to another loop.
    func handOver(_ connection: Handover, to loop: Int) {
        handovers[loop].connections.withLock { $0.append(connection) }
        members[loop].wake.signal()
    }

    /// The connections that others have given to a loop.
    func takeHandovers(_ loop: Int) -> [Handover] {
        handovers[loop].connections
            .withLock { connections in
                guard !connections.isEmpty else { return [] }
                defer { connections.removeAll() }
                return connections
            }
    }
}

/// Connections that wait for a loop.
private final class HandoverQueue: Sendable {
    let connections = Mutex<[LoopDirectory.Handover]>([])
}
