import WebRTC

extension FuzzBody {
    /// The first byte says how long the pieces are in which the rest arrives: the same datagrams as in one piece.
    static func readFrames(_ bytes: [UInt8]) throws(FuzzFinding) {
        let stream = bytes.dropFirst()
        let whole = datagrams(stream, piece: max(1, stream.count))
        let pieces = datagrams(stream, piece: Int(bytes.first ?? 0) + 1)
        try expect(whole == pieces, "how a stream is cut does not matter")
    }

    private static func datagrams(_ stream: ArraySlice<UInt8>, piece: Int) -> [[UInt8]] {
        var framing = DatagramFraming()
        var found: [[UInt8]] = []
        var rest = stream
        while !rest.isEmpty, !framing.isBroken {
            framing.append(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            while let range = framing.nextDatagram() {
                found.append(Array(framing.bytes[range]))
                framing.takeDatagram()
            }
        }
        return found
    }
}
