public import RTP

/// What a network does to packets in one direction.
public struct NetworkConditions: Sendable {
    /// The part of packets that never arrives, 0 to 1.
    public var loss = 0.0
    /// How long each packet travels at least.
    public var delay = Duration.zero
    /// How much longer it travels at most, evenly distributed.
    public var jitter = Duration.zero
    /// Whether jitter leaves packets in their order, as queues do.
    public var keepsOrder = true
    /// The part of packets that is overtaken by others.
    public var reordering = 0.0
    /// How much later a packet comes that is overtaken.
    public var reorderingDelay = Duration.milliseconds(10)
    /// The part of packets that arrives twice.
    public var duplication = 0.0
    /// Bits a second; `nil` is without limit.
    public var rateBps: Int?
    /// How long a packet may wait for its turn before it is dropped instead.
    public var queue = Duration.milliseconds(100)

    /// A network that does nothing to packets.
    public init() {}

    /// A network that only takes time.
    public static func delay(_ delay: Duration) -> NetworkConditions {
        var conditions = NetworkConditions()
        conditions.delay = delay
        return conditions
    }
}

/// One direction of a bad network, emulated: packets go in and come out later, elsewhere in the order, twice, or never.
///
/// Sans I/O and in whatever time the caller says, the same in each run of a seed. In this order: loss, the queue in
/// front of a link of limited rate, then delay, jitter, reordering and duplication.
public struct Netem<Packet> {
    /// A packet that comes out, and when.
    public typealias Arrival = (packet: Packet, at: MonotonicTime)

    /// What the network does from now on.
    public var conditions: NetworkConditions
    /// Packets that went in.
    public private(set) var sent = 0
    /// Packets that were lost by chance.
    public private(set) var lost = 0
    /// Packets that found the queue full.
    public private(set) var overflowed = 0

    private var random: SplitMix64
    private var travelling: [Arrival] = []
    private var linkFreeAt = MonotonicTime.zero
    private var newestArrival = MonotonicTime.zero

    /// A network without packets.
    public init(_ conditions: NetworkConditions = NetworkConditions(), seed: UInt64) {
        self.conditions = conditions
        random = SplitMix64(seed: seed)
    }

    /// When the next packet comes out.
    public var nextDeadline: MonotonicTime? { travelling.first?.at }

    /// A packet goes in.
    ///
    /// - Parameter bytes: Its length on the wire.
    public mutating func send(_ packet: Packet, bytes: Int, at now: MonotonicTime) {
        sent += 1
        guard !random.happens(conditions.loss) else {
            lost += 1
            return
        }
        guard let departure = transmit(bytes: bytes, at: now) else {
            overflowed += 1
            return
        }
        travel(packet, from: departure)
        if random.happens(conditions.duplication) { travel(packet, from: departure) }
    }

    /// Takes out what has arrived, oldest first.
    public mutating func receive(at now: MonotonicTime) -> [Arrival] {
        guard let first = travelling.first, first.at <= now else { return [] }
        let count = travelling.prefix { $0.at <= now }.count
        defer { travelling.removeFirst(count) }
        return Array(travelling.prefix(count))
    }

    /// When the last bit has left; `nil` if the packet finds no place in the queue.
    private mutating func transmit(bytes: Int, at now: MonotonicTime) -> MonotonicTime? {
        guard let rate = conditions.rateBps else { return now }
        let start = max(now, linkFreeAt)
        guard start - now <= conditions.queue else { return nil }
        linkFreeAt = start.advanced(byNanoseconds: Int64(bytes) * 8_000_000_000 / Int64(max(rate, 1)))
        return linkFreeAt
    }

    private mutating func travel(_ packet: Packet, from departure: MonotonicTime) {
        var arrival = departure + conditions.delay
        if conditions.jitter > .zero {
            let most = conditions.jitter.wholeNanoseconds
            arrival = arrival.advanced(byNanoseconds: Int64.random(in: 0...most, using: &random))
        }
        if random.happens(conditions.reordering) {
            insert((packet, arrival + conditions.reorderingDelay))
            return
        }
        if conditions.keepsOrder { arrival = max(arrival, newestArrival) }
        newestArrival = max(arrival, newestArrival)
        insert((packet, arrival))
    }

    private mutating func insert(_ arrival: Arrival) {
        var position = travelling.endIndex
        while position > 0, travelling[position - 1].at > arrival.at { position -= 1 }
        travelling.insert(arrival, at: position)
    }
}

extension Netem: Sendable where Packet: Sendable {}
