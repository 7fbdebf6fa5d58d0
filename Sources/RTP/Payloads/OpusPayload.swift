/// Looks into the payload of Opus: each packet can be decoded by itself.
///
/// RFC 7587 §4.2, RFC 6716 §3.1.
public enum OpusPayload {
    static func inspect(_ payload: Span<UInt8>) -> PayloadInspection {
        PayloadInspection(startsFrame: !payload.isEmpty, startsKeyFrame: !payload.isEmpty)
    }
}
