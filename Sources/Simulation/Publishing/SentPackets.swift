/// What was sent on a source of late, so that it can be sent again; the oldest makes room for the newest.
struct SentPackets: Sendable {
    /// A packet, by what it was made of.
    struct Packet: Equatable, Sendable {
        /// Extended sequence number.
        var index: Int64
        var timestamp: UInt32
        var marker: Bool
        /// Which payload of the clip.
        var payload: Int
        /// The picture number of VP8.
        var pictureID: UInt16
        /// Header extensions: a packet that is sent again as it was has to be the same to the last byte.
        var transportSequence: UInt16
        var sendTime: UInt32
    }

    private var packets: [Packet?]
    private let mask: Int64

    /// Room for so many, a power of two.
    init(capacity: Int) {
        packets = Array(repeating: nil, count: capacity)
        mask = Int64(capacity - 1)
    }

    mutating func append(_ packet: Packet) { packets[Int(packet.index & mask)] = packet }

    /// The packet of a number, if it is still there.
    func packet(_ index: Int64) -> Packet? {
        guard let packet = packets[Int(index & mask)], packet.index == index else { return nil }
        return packet
    }
}
