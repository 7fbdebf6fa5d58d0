/// What is fuzzed: each takes any bytes, and may answer them only by the errors that it documents.
///
/// A body runs in three places: under libFuzzer (`Fuzz/`), over the corpus in each `swift test` (`CorpusTests`), and under
/// the sanitizers (`script/sanitize`). Beside traps and sanitizers, a body watches for answers that contradict
/// themselves, and throws them as ``FuzzFinding``.
public enum FuzzBody: String, CaseIterable, Sendable {
    /// RTP header, header extensions, resends, inspection of payloads.
    case rtp
    /// A compound RTCP packet, read and written again.
    case rtcp
    /// Transport-wide feedback: any bytes as one, and one built from any arrivals.
    case feedback
    /// A STUN message.
    case stun
    /// A description, and our answers to it in all roles; also as an answer to our own offers.
    case sdp
    /// A trickled fragment, read and written again.
    case trickle
    /// SRTP and SRTCP under a known key.
    case srtp
    /// Datagrams framed by their length on a stream.
    case framing
    /// A peer between an honest client and whoever else sends.
    case peer
    /// A room with publishers and viewers that come, send, ask, and go.
    case room
    /// A recorder of any packets.
    case recorder
    /// The file of a recording that something has damaged.
    case repair

    /// Takes in the bytes.
    ///
    /// - Throws: What a sound engine never does.
    public func run(_ bytes: [UInt8]) throws(FuzzFinding) {
        switch self {
        case .rtp: try Self.readPacket(bytes)
        case .rtcp: try Self.readReports(bytes)
        case .feedback: try Self.buildFeedback(bytes)
        case .stun: try Self.readSTUN(bytes)
        case .sdp: try Self.answerDescription(bytes)
        case .trickle: try Self.readFragment(bytes)
        case .srtp: try Self.unprotect(bytes)
        case .framing: try Self.readFrames(bytes)
        case .peer: try FuzzedPeer().run(bytes)
        case .room: try FuzzedRoom().run(bytes)
        case .recorder:
            var recorder = FuzzedRecorder()
            try recorder.run(bytes)
        case .repair: try Self.repairFile(bytes)
        }
    }

    static func expect(_ isSound: Bool, _ meaning: @autoclosure () -> String) throws(FuzzFinding) {
        if !isSound { throw FuzzFinding(meaning()) }
    }
}

/// An engine contradicted itself.
public struct FuzzFinding: Error, CustomStringConvertible {
    /// What was believed.
    public let description: String

    init(_ description: String) { self.description = description }
}
