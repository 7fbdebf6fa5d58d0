/// Why an SRTP or SRTCP packet is not used.
public enum SRTPError: Error, Equatable, Sendable {
    /// It is shorter than its header and tag, or not RTP, or RTCP that is not encrypted.
    case malformed
    /// Its tag is wrong.
    case notAuthentic
    /// Its index has been received before.
    case replayed
    /// Its index lies before the replay window.
    case tooOld
    /// Its source is new, and 64 sources have been heard.
    case tooManySources
}
