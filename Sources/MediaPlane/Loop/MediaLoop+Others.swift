import PortholeCore
import RTP
import WebRTC

/// What is received on one loop and belongs to another.
extension MediaLoop {
    /// Hands a datagram to another loop, which is woken at the end of this turn.
    func handOn(_ datagram: UnsafeMutableRawBufferPointer, from path: NetworkPath, to other: Int) {
        guard directory.members[other].inbox.put(datagram, from: path) else {
            counters.datagramsDropped &+= 1
            return
        }
        loopsToWake.insert(other)
    }

    /// Wakes the loops that something was put aside for.
    func wakeOthers() {
        guard !loopsToWake.isEmpty else { return }
        for other in loopsToWake { directory.members[other].wake.signal() }
        loopsToWake.removeAll(keepingCapacity: true)
    }

    /// Takes what other loops have put aside for this one.
    func takeHandedOver() {
        let now = now
        directory.members[index].inbox
            .drain { datagram, path in
                counters.datagramsReceived &+= 1
                receive(datagram, from: path, at: now)
            }
        for handover in directory.takeHandovers(index) { adopt(handover) }
    }

    /// The loop of the peer that the first check on a connection is for, if it is another one.
    func otherLoop(of datagram: UnsafeMutableRawBufferPointer) -> Int? {
        guard directory.members.count > 1, let first = datagram.first, DatagramKind(firstByte: first) == .stun
        else { return nil }
        let bytes = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(datagram))
        guard let ufrag = STUNMessage.localUfrag(of: bytes), slotsByUfrag[ufrag] == nil else { return nil }
        return directory.loop(ofUfrag: ufrag).flatMap { $0 == index ? nil : $0 }
    }
}

extension [NetworkPath: Int] {
    /// The most paths of peers on other loops; more begin anew, and are learnt again from the next checks.
    private static let most = 16_384

    mutating func keep(_ loop: Int, for path: NetworkPath) {
        if count >= Self.most { removeAll(keepingCapacity: true) }
        self[path] = loop
    }
}
