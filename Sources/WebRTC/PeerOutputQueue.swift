/// Output that waits for the driver, first in, first out.
///
/// The driver drains it after each call, so that it holds a few entries. One who does not gets no more than 256: what
/// would come after is lost, as a datagram may be.
struct PeerOutputQueue {
    static let capacity = 256

    private var entries: [PeerOutput] = []
    private var head = 0

    mutating func append(_ output: PeerOutput) {
        guard entries.count < Self.capacity else { return }
        entries.append(output)
    }

    mutating func next() -> PeerOutput? {
        guard head < entries.count else { return nil }
        defer {
            head += 1
            if head == entries.count {
                entries.removeAll(keepingCapacity: false)
                head = 0
            }
        }
        return entries[head]
    }
}
