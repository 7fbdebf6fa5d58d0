/// The replay windows of the sources that one peer sends.
///
/// At most 64 sources: a peer has two per track. When full, packets of further ones are refused: to forget a source
/// would let its old packets in again. Only authentic packets make entries.
struct SRTPSourceTable {
    static let capacity = 64

    private var ssrcs: [UInt32] = []
    private var windows: [ReplayWindow] = []

    /// Where the source is, or `nil` if it is new and there is room.
    func slot(of ssrc: UInt32) throws(SRTPError) -> Int? {
        if let slot = ssrcs.firstIndex(of: ssrc) { return slot }
        guard ssrcs.count < Self.capacity else { throw .tooManySources }
        return nil
    }

    func highest(in slot: Int?) -> UInt64? { slot.flatMap { windows[$0].highest } }

    func check(_ index: UInt64, in slot: Int?) throws(SRTPError) {
        guard let slot else { return }
        switch windows[slot].verdict(on: index) {
        case .fresh: return
        case .replayed: throw .replayed
        case .tooOld: throw .tooOld
        }
    }

    mutating func insert(_ index: UInt64, of ssrc: UInt32, in slot: Int?) {
        if let slot {
            windows[slot].insert(index)
        } else {
            ssrcs.append(ssrc)
            windows.append(ReplayWindow())
            windows[windows.count - 1].insert(index)
        }
    }
}
